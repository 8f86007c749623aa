/// Index of the first element that is not less than `target`, or `items.len()`.
pub fn lower_bound<T: Ord>(items: &[T], target: &T) -> usize {
    let (mut low, mut high) = (0, items.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if items[middle] < *target {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::lower_bound;

    #[test]
    fn finds_the_first_of_equal_elements() {
        let items = [1, 3, 3, 3, 8];
        assert_eq!(lower_bound(&items, &3), 1);
        assert_eq!(lower_bound(&items, &4), 4);
        assert_eq!(lower_bound(&items, &9), 5);
    }
}
