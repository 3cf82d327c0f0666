//! Access masks: what each bit allows on an object of the directory and on a file (MS-ADTS §5.1.3.2, MS-DTYP §2.4.3).

/// Create a child (of a class, where an object type says which).
pub const CREATE_CHILD: u32 = 0x1;
/// Delete a child (of a class, where an object type says which).
pub const DELETE_CHILD: u32 = 0x2;
/// See the children.
pub const LIST_CHILDREN: u32 = 0x4;
/// A validated write (which, an object type says).
pub const SELF_WRITE: u32 = 0x8;
/// Read attributes (of a property set or one, where an object type says which).
pub const READ_PROPERTY: u32 = 0x10;
/// Write attributes (of a property set or one, where an object type says which).
pub const WRITE_PROPERTY: u32 = 0x20;
/// Delete the object and all below it.
pub const DELETE_TREE: u32 = 0x40;
/// See the object itself, where the forest hides objects.
pub const LIST_OBJECT: u32 = 0x80;
/// An extended right (which, an object type says), such as resetting a password.
pub const EXTENDED_RIGHT: u32 = 0x100;

/// Delete the object or file.
pub const DELETE: u32 = 0x1_0000;
/// Read the security descriptor but for its audit list.
pub const READ_CONTROL: u32 = 0x2_0000;
/// Change the discretionary list.
pub const WRITE_DACL: u32 = 0x4_0000;
/// Take or give ownership.
pub const WRITE_OWNER: u32 = 0x8_0000;
/// Wait for a file.
pub const SYNCHRONIZE: u32 = 0x10_0000;
/// Read and change the audit list. No list grants it on Windows, only a privilege.
pub const SYSTEM_SECURITY: u32 = 0x100_0000;
/// Asked for: as much as is allowed. Never part of an answer.
pub const MAXIMUM_ALLOWED: u32 = 0x200_0000;
/// All rights of the kind of object, before [`GenericMapping`] is applied.
pub const GENERIC_ALL: u32 = 0x1000_0000;
/// Its rights to execute.
pub const GENERIC_EXECUTE: u32 = 0x2000_0000;
/// Its rights to write.
pub const GENERIC_WRITE: u32 = 0x4000_0000;
/// Its rights to read.
pub const GENERIC_READ: u32 = 0x8000_0000;

/// Every right on an object of the directory: Full Control.
pub const DIRECTORY_ALL: u32 = 0xf_01ff;
/// Read, as Windows' dialogs mean it: list, read attributes, read the descriptor.
pub const DIRECTORY_READ: u32 = READ_CONTROL | LIST_CHILDREN | READ_PROPERTY | LIST_OBJECT;
/// Every right on an object of the directory that changes something.
pub const DIRECTORY_CHANGES: u32 = CREATE_CHILD | DELETE_CHILD | SELF_WRITE | WRITE_PROPERTY | DELETE_TREE | EXTENDED_RIGHT | DELETE | WRITE_DACL | WRITE_OWNER;

/// Every right on a file: Full Control.
pub const FILE_ALL: u32 = 0x1f_01ff;
/// Read a file.
pub const FILE_READ: u32 = 0x12_0089;
/// Write to a file, and no more.
pub const FILE_WRITE: u32 = 0x12_0116;
/// Execute a file, and no more.
pub const FILE_EXECUTE: u32 = 0x12_00a0;
/// Read and execute a file.
pub const FILE_READ_AND_EXECUTE: u32 = 0x12_00a9;
/// Read, write, execute and delete a file.
pub const FILE_MODIFY: u32 = 0x13_01bf;

/// What the four generic rights mean for one kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GenericMapping {
    /// Meaning of [`GENERIC_READ`].
    pub read: u32,
    /// Meaning of [`GENERIC_WRITE`].
    pub write: u32,
    /// Meaning of [`GENERIC_EXECUTE`].
    pub execute: u32,
    /// Meaning of [`GENERIC_ALL`].
    pub all: u32,
}

impl GenericMapping {
    /// Objects of the directory (MS-ADTS §5.1.3.2).
    pub const DIRECTORY: Self =
        Self { read: DIRECTORY_READ, write: READ_CONTROL | SELF_WRITE | WRITE_PROPERTY, execute: READ_CONTROL | LIST_CHILDREN, all: DIRECTORY_ALL };
    /// Files and folders.
    pub const FILE: Self = Self { read: FILE_READ, write: FILE_WRITE, execute: FILE_EXECUTE, all: FILE_ALL };

    /// The mask without generic rights, those that it had replaced by what they mean.
    #[must_use]
    pub const fn map(&self, mask: u32) -> u32 {
        let mut mapped = mask & !(GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL);
        if mask & GENERIC_READ != 0 {
            mapped |= self.read;
        }
        if mask & GENERIC_WRITE != 0 {
            mapped |= self.write;
        }
        if mask & GENERIC_EXECUTE != 0 {
            mapped |= self.execute;
        }
        if mask & GENERIC_ALL != 0 {
            mapped |= self.all;
        }
        mapped
    }
}

/// Each right on an object of the directory, in words.
const DIRECTORY_WORDS: &[(u32, &str)] = &[
    (CREATE_CHILD, "create children"),
    (DELETE_CHILD, "delete children"),
    (LIST_CHILDREN, "list children"),
    (SELF_WRITE, "make validated writes"),
    (READ_PROPERTY, "read attributes"),
    (WRITE_PROPERTY, "write attributes"),
    (DELETE_TREE, "delete the tree"),
    (LIST_OBJECT, "list the object"),
    (EXTENDED_RIGHT, "use extended rights"),
    (DELETE, "delete"),
    (READ_CONTROL, "read permissions"),
    (WRITE_DACL, "change permissions"),
    (WRITE_OWNER, "change the owner"),
    (SYNCHRONIZE, "synchronize"),
    (SYSTEM_SECURITY, "change auditing"),
    (GENERIC_ALL, "all rights"),
    (GENERIC_EXECUTE, "generic execute"),
    (GENERIC_WRITE, "generic write"),
    (GENERIC_READ, "generic read"),
];

/// Rights on an object of the directory, in words; bits without a name as a number.
#[must_use]
pub fn directory_words(mask: u32) -> String {
    if mask & DIRECTORY_ALL == DIRECTORY_ALL {
        return "full control".to_owned();
    }
    let mut words: Vec<String> = DIRECTORY_WORDS.iter().filter(|(bit, _)| mask & bit != 0).map(|(_, words)| (*words).to_owned()).collect();
    let unnamed = DIRECTORY_WORDS.iter().fold(mask, |rest, (bit, _)| rest & !bit);
    if unnamed != 0 {
        words.push(format!("{unnamed:#x}"));
    }
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generic_rights_become_what_they_mean() {
        assert_eq!(GenericMapping::DIRECTORY.map(GENERIC_ALL), DIRECTORY_ALL);
        assert_eq!(GenericMapping::DIRECTORY.map(GENERIC_READ | DELETE), 0x3_0094);
        assert_eq!(GenericMapping::FILE.map(GENERIC_READ | GENERIC_EXECUTE), FILE_READ_AND_EXECUTE);
        assert_eq!(GenericMapping::FILE.map(FILE_MODIFY), FILE_MODIFY);
    }

    #[test]
    fn reading_and_changing_share_no_right() {
        assert_eq!(DIRECTORY_READ & DIRECTORY_CHANGES, 0);
        assert_eq!(DIRECTORY_READ | DIRECTORY_CHANGES, DIRECTORY_ALL);
    }

    #[test]
    fn rights_are_said_in_words() {
        assert_eq!(directory_words(CREATE_CHILD | WRITE_DACL), "create children, change permissions");
        assert_eq!(directory_words(0x200 | READ_PROPERTY), "read attributes, 0x200");
        assert_eq!(directory_words(FILE_ALL), "full control");
        assert_eq!(directory_words(0), "nothing");
    }
}
