//! Threads: many like items worked through on several processors, with the result of one.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Works through items on several threads; the result is that of one thread, in the order of the items.
pub fn in_order<T: Sync, R: Send>(
    items: &[T],
    threads: NonZeroUsize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let threads = threads.get().min(items.len());
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
    // whoever is free takes the next item: some take longer than others
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, work(item)));
        }
    };
    let mut all = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(take)).collect();
        let mut all = take();
        for thread in others {
            match thread.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_unstable_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_items() {
        let items: Vec<usize> = (0..1000).collect();
        let squares: Vec<usize> = items.iter().map(|n| n * n).collect();
        for threads in [1, 2, 7] {
            let threads = NonZeroUsize::new(threads).unwrap();
            assert_eq!(in_order(&items, threads, |n| n * n), squares);
            assert_eq!(in_order(&items[..1], threads, |n| n + 1), [1]);
            assert_eq!(in_order::<usize, usize>(&[], threads, |n| *n), []);
        }
    }

    #[test]
    #[should_panic(expected = "the seventh")]
    fn a_panic_is_not_swallowed() {
        let items: Vec<u32> = (0..100).collect();
        in_order(&items, NonZeroUsize::new(3).unwrap(), |n| assert!(*n != 7, "the seventh"));
    }
}
