//! A cache bounded in weight: what was used longest ago leaves first.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Values shared by readers, each with a weight; the sum of the weights stays within the bound.
pub(crate) struct Cache<K, V> {
    inner: Mutex<Inner<K, V>>,
    bound: usize,
}

struct Inner<K, V> {
    entries: HashMap<K, (Arc<V>, usize, u64)>,
    /// Keys by when they were last used.
    order: BTreeMap<u64, K>,
    clock: u64,
    weight: usize,
}

impl<K: Clone + Eq + Hash, V> Cache<K, V> {
    pub fn new(bound: usize) -> Self {
        let inner = Inner { entries: HashMap::new(), order: BTreeMap::new(), clock: 0, weight: 0 };
        Self { inner: Mutex::new(inner), bound }
    }

    fn lock(&self) -> MutexGuard<'_, Inner<K, V>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        self.lock().touch(key)
    }

    /// The cached value, or the one made now. Two readers may make the same value at once; neither waits.
    pub fn get_or<E>(&self, key: K, make: impl FnOnce() -> Result<(V, usize), E>) -> Result<Arc<V>, E> {
        if let Some(value) = self.get(&key) {
            return Ok(value);
        }
        let (value, weight) = make()?;
        let value = Arc::new(value);
        self.lock().insert(key, Arc::clone(&value), weight, self.bound);
        Ok(value)
    }

    /// Forgets what belongs to segments that are gone.
    pub fn retain(&self, keep: impl Fn(&K) -> bool) {
        let mut inner = self.lock();
        let gone: Vec<K> = inner.entries.keys().filter(|key| !keep(key)).cloned().collect();
        for key in gone {
            inner.remove(&key);
        }
    }
}

impl<K: Clone + Eq + Hash, V> Inner<K, V> {
    fn touch(&mut self, key: &K) -> Option<Arc<V>> {
        self.clock += 1;
        let (value, _, used) = self.entries.get_mut(key)?;
        self.order.remove(used);
        *used = self.clock;
        self.order.insert(self.clock, key.clone());
        Some(Arc::clone(value))
    }

    fn insert(&mut self, key: K, value: Arc<V>, weight: usize, bound: usize) {
        self.remove(&key);
        while self.weight + weight > bound {
            let Some((_, oldest)) = self.order.pop_first() else { return };
            self.remove(&oldest);
        }
        self.clock += 1;
        self.order.insert(self.clock, key.clone());
        self.entries.insert(key, (value, weight, self.clock));
        self.weight += weight;
    }

    fn remove(&mut self, key: &K) {
        if let Some((_, weight, used)) = self.entries.remove(key) {
            self.weight -= weight;
            self.order.remove(&used);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_holds_and_the_oldest_leaves() {
        let cache: Cache<u32, u32> = Cache::new(3);
        for key in 0..3 {
            cache.get_or(key, || Ok::<_, ()>((key, 1))).unwrap();
        }
        cache.get(&0);
        cache.get_or(3, || Ok::<_, ()>((3, 1))).unwrap();
        assert!(cache.get(&1).is_none() && cache.get(&0).is_some());
        cache.get_or(4, || Ok::<_, ()>((4, 99))).unwrap();
        assert!(cache.get(&4).is_none(), "what is larger than the bound is not kept");
    }
}
