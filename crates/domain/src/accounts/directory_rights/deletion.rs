//! Whether an account may delete an object (MS-ADTS §3.1.1.5.5): it has the right to delete it, or the right to delete
//! children of its class of the container that it stands in. No server tells that, so descriptors alone decide.

use provost_sd::access::{DELETE, DELETE_CHILD, LIST_CHILDREN};
use provost_sd::{Asker, Guid, ObjectType, SecurityDescriptor, Token, effective, effective_on_object};

/// What decides about deleting one object. A descriptor that did not come is none.
#[derive(Clone, Copy, Debug)]
pub struct Deletion<'a> {
    /// The object's own descriptor.
    pub object: Option<&'a SecurityDescriptor>,
    /// The container's.
    pub container: Option<&'a SecurityDescriptor>,
    /// The `schemaIDGUID` of the object's class.
    pub class: Option<Guid>,
}

impl Deletion<'_> {
    /// Whether the account may; none when that cannot be told.
    #[must_use]
    pub fn is_allowed(&self, token: &Token) -> Option<bool> {
        let asker = Asker::of_directory(token);
        let own = self.object.map(|descriptor| (effective(descriptor, asker), DELETE));
        // Without its class it is not known which entries about children mean it.
        let above = match (self.container, self.class) {
            (Some(container), Some(class)) => Some((effective_on_object(container, asker, ObjectType::child(class)), DELETE_CHILD)),
            _ => None,
        };
        let known = [own, above];
        if known.iter().flatten().any(|(found, right)| found.granted & right != 0) {
            return Some(true);
        }
        let open = known.iter().any(|known| known.is_none_or(|(found, right)| found.undecided & right != 0));
        if open { None } else { Some(false) }
    }
}

/// Whether an account sees what stands in a container; none when that cannot be told. Who does not see children is told that
/// there are none.
#[must_use]
pub fn may_list(container: Option<&SecurityDescriptor>, token: &Token) -> Option<bool> {
    let found = effective(container?, Asker::of_directory(token));
    match (found.granted & LIST_CHILDREN != 0, found.undecided & LIST_CHILDREN != 0) {
        (true, _) => Some(true),
        (false, true) => None,
        (false, false) => Some(false),
    }
}
