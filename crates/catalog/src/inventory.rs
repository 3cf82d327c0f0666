//! Hardware inventory classes: what a client reads from its machine and what the site keeps of it, once.
//!
//! Tables, messages, digests, pages and command output are derived from [`CLASSES`]. A class's key properties tell
//! one instance from another; they never change within an instance's life.

/// What a property's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Unicode text, at most [`TEXT_BYTES_MAX`] bytes.
    Text,
    /// A signed 64-bit whole number in the unit that the property's name ends with.
    Integer,
}

/// Longest text value of one property, in bytes; a longer one is cut at a character by the client and refused by the
/// site.
pub const TEXT_BYTES_MAX: usize = 4096;
/// Longest text value of a key property, in bytes. An index of PostgreSQL takes entries of at most 2,704 bytes.
pub const KEY_BYTES_MAX: usize = 1024;
/// Most instances of one class in one report; a machine with more reports the first ones, in key order.
pub const INSTANCES_MAX: usize = 20_000;

/// One property of a class.
#[derive(Debug)]
pub struct Property {
    /// Name in messages and column in the database: lower case, unit last.
    pub name: &'static str,
    /// What people read above it.
    pub title: &'static str,
    /// Type of its value.
    pub ty: Type,
}

/// One inventory class.
#[derive(Debug)]
pub struct Class {
    /// Name in messages, in addresses and on the command line.
    pub name: &'static str,
    /// Configuration Manager's table for the same facts, for people who come from there.
    pub configmgr_class: &'static str,
    /// What people read above it.
    pub title: &'static str,
    /// Database table that keeps its instances.
    pub table: &'static str,
    /// How many leading [`Class::properties`] identify an instance; 0 when a machine has exactly one instance.
    pub key_properties: usize,
    /// Its properties, key properties first.
    pub properties: &'static [Property],
}

const fn text(name: &'static str, title: &'static str) -> Property {
    Property { name, title, ty: Type::Text }
}

const fn integer(name: &'static str, title: &'static str) -> Property {
    Property { name, title, ty: Type::Integer }
}

/// Every class, in the order in which a report carries them and a page shows them.
pub const CLASSES: &[Class] = &[
    Class {
        name: "computer_system",
        configmgr_class: "SMS_G_System_COMPUTER_SYSTEM",
        title: "Computer system",
        table: "inventory_computer_system",
        key_properties: 0,
        properties: &[
            text("name", "Name"),
            text("domain", "Domain"),
            text("manufacturer", "Manufacturer"),
            text("model", "Model"),
            text("serial_number", "Serial number"),
            text("chassis_type", "Chassis type"),
            integer("logical_processors", "Logical processors"),
            integer("total_memory_kib", "Total memory"),
            text("virtual_machine", "Virtual machine"),
        ],
    },
    Class {
        name: "operating_system",
        configmgr_class: "SMS_G_System_OPERATING_SYSTEM",
        title: "Operating system",
        table: "inventory_operating_system",
        key_properties: 0,
        properties: &[
            text("name", "Name"),
            text("version", "Version"),
            text("kernel", "Kernel"),
            text("architecture", "Architecture"),
            text("locale", "Locale"),
            text("time_zone", "Time zone"),
            integer("installed_at_unix", "Installed"),
            integer("last_boot_unix", "Last boot"),
        ],
    },
    Class {
        name: "processor",
        configmgr_class: "SMS_G_System_PROCESSOR",
        title: "Processor",
        table: "inventory_processor",
        key_properties: 1,
        properties: &[
            text("device_id", "Socket"),
            text("name", "Name"),
            text("manufacturer", "Manufacturer"),
            text("architecture", "Architecture"),
            integer("cores", "Cores"),
            integer("logical_processors", "Logical processors"),
            integer("max_clock_mhz", "Maximum clock (MHz)"),
            text("flags", "Features"),
        ],
    },
    Class {
        name: "memory",
        configmgr_class: "SMS_G_System_X86_PC_MEMORY",
        title: "Memory",
        table: "inventory_memory",
        key_properties: 0,
        properties: &[integer("total_physical_kib", "Physical memory"), integer("total_swap_kib", "Swap"), integer("huge_page_kib", "Huge page size")],
    },
    Class {
        name: "disk",
        configmgr_class: "SMS_G_System_DISK",
        title: "Disk",
        table: "inventory_disk",
        key_properties: 1,
        properties: &[
            text("device_id", "Device"),
            text("model", "Model"),
            text("serial_number", "Serial number"),
            text("media_type", "Media type"),
            integer("size_kib", "Size"),
            integer("removable", "Removable"),
        ],
    },
    Class {
        name: "volume",
        configmgr_class: "SMS_G_System_LOGICAL_DISK",
        title: "Volume",
        table: "inventory_volume",
        key_properties: 1,
        properties: &[
            text("mount_point", "Mount point"),
            text("device_id", "Device"),
            text("file_system", "File system"),
            integer("size_kib", "Size"),
            integer("free_gib", "Free (whole GiB)"),
            integer("read_only", "Read only"),
        ],
    },
    Class {
        name: "network_adapter",
        configmgr_class: "SMS_G_System_NETWORK_ADAPTER",
        title: "Network adapter",
        table: "inventory_network_adapter",
        key_properties: 1,
        properties: &[
            text("device_id", "Interface"),
            text("mac_address", "MAC address"),
            text("driver", "Driver"),
            text("ip_addresses", "IP addresses"),
            integer("mtu_bytes", "MTU"),
            integer("speed_mbit", "Speed (Mbit/s)"),
            text("state", "State"),
        ],
    },
    Class {
        name: "firmware",
        configmgr_class: "SMS_G_System_PC_BIOS",
        title: "Firmware",
        table: "inventory_firmware",
        key_properties: 0,
        properties: &[
            text("vendor", "Vendor"),
            text("version", "Version"),
            text("release_date", "Release date"),
            text("interface", "Interface"),
            text("secure_boot", "Secure boot"),
        ],
    },
    SOFTWARE,
    Class {
        name: "service",
        configmgr_class: "SMS_G_System_SERVICE",
        title: "Services",
        table: "inventory_service",
        key_properties: 1,
        properties: &[
            text("name", "Name"),
            text("display_name", "Display name"),
            text("start_mode", "Start mode"),
            text("path", "Command"),
            text("run_as", "Runs as"),
        ],
    },
];

/// Installed software: by far the most rows, so the store keeps each distinct product once (table `software`) and a
/// narrow row for each installation ([`Class::table`]).
pub const SOFTWARE: Class = Class {
    name: "software",
    configmgr_class: "SMS_G_System_ADD_REMOVE_PROGRAMS",
    title: "Installed software",
    table: "inventory_software",
    key_properties: 3,
    properties: &[
        text("name", "Name"),
        text("version", "Version"),
        text("architecture", "Architecture"),
        text("publisher", "Publisher"),
        text("description", "Description"),
        text("source", "Source"),
        text("section", "Section"),
        text("homepage", "Home page"),
        integer("installed_kib", "Installed size"),
        integer("installed_at_unix", "Installed"),
    ],
};

impl PartialEq for Class {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Class {}

/// The class with this name.
#[must_use]
pub fn class(name: &str) -> Option<&'static Class> {
    CLASSES.iter().find(|c| c.name == name)
}

impl Class {
    /// Its key properties.
    #[must_use]
    pub const fn keys(&self) -> &'static [Property] {
        self.properties.split_at(self.key_properties).0
    }
}
