#include <ctype.h>
#include <stdio.h>

/* Counts lines, words and bytes of standard input, as wc does. */
int main(void) {
    long lines = 0, words = 0, bytes = 0;
    int in_word = 0;
    int c;

    while ((c = getchar()) != EOF) {
        bytes++;
        if (c == '\n') {
            lines++;
        }
        if (isspace((unsigned char)c)) {
            in_word = 0;
        } else if (!in_word) {
            in_word = 1;
            words++;
        }
    }
    if (ferror(stdin)) {
        perror("read");
        return 1;
    }
    printf("%ld %ld %ld\n", lines, words, bytes);
    return 0;
}
