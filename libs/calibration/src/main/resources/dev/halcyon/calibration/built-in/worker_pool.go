package pool

import (
	"context"
	"sync"
)

// Run applies work to every input and returns the first error.
func Run[T any](ctx context.Context, limit int, inputs []T, work func(context.Context, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)

	queue := make(chan T)
	var group sync.WaitGroup
	for i := 0; i < limit; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for input := range queue {
				if err := work(ctx, input); err != nil {
					cancel(err)
				}
			}
		}()
	}
	for _, input := range inputs {
		select {
		case queue <- input:
		case <-ctx.Done():
		}
	}
	close(queue)
	group.Wait()
	return context.Cause(ctx)
}
