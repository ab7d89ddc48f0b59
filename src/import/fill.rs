//! Fields that one document tells and another does not.

/// Takes what is not known yet.
pub(super) fn fill<T>(known: &mut Option<T>, new: Option<T>) {
    if known.is_none() {
        *known = new;
    }
}

/// The same for a list, where an empty one tells nothing.
pub(super) fn fill_list<T>(known: &mut Vec<T>, new: Vec<T>) {
    if known.is_empty() {
        *known = new;
    }
}
