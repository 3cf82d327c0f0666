//! Site, configuration, command line, database: PV1xxx.

rules! {
    SITE_CODE_INVALID = 1001, Error, "The site code is not one",
        "A site code has exactly three characters of A-Z and 0-9.",
        "The code has another length, lower-case letters or other characters.",
        "provost up --code LAB";
    SITE_CODE_RESERVED = 1002, Error, "The site code is reserved",
        "AUX, CON, ENV, NUL, PRN and SMS name Windows devices or folders of the product and can never be site codes.",
        "One of these was chosen.",
        "provost up --code LAB";
    DATA_FOLDER_IN_USE = 1003, Error, "Another site uses the data folder",
        "A data folder belongs to one running site at a time.",
        "A site runs with this folder already.",
        "provost site show, or choose another folder: provost up --data DIR";
    CONFIG_UNKNOWN_KEY = 1004, Error, "A setting has an unknown name",
        "provost.toml holds known settings only, so that a mistyped one cannot be overlooked. Nothing was started.",
        "The name is mistyped or belongs to another version.",
        "provost config check";
    CONFIG_WRONG_VALUE = 1005, Error, "A setting has a value that it cannot have",
        "Each setting of provost.toml has a type and a range. Nothing was started.",
        "The value is of another type or out of range, or the file is no TOML.",
        "provost config check";
    DATABASE_URL_HAS_PASSWORD = 1006, Error, "The database address contains a password",
        "Whoever lists processes sees arguments, so a password never comes in one.",
        "The address has the form postgres://user:password@host.",
        "provost up --database postgres://user@host/db --database-password-file FILE";
    DATABASE_UNAVAILABLE = 1007, Error, "The site database does not answer",
        "What was accepted lies in inboxes and is loaded when the database is back.",
        "The server is down, the file is locked by another program, or the network is away.",
        "provost site show";
    ADDRESS_IN_USE = 1008, Error, "An address is in use",
        "The console or the management point cannot listen where it should.",
        "Another program listens there.",
        "provost up --listen 127.0.0.1:0";
    SITE_NOT_RUNNING = 1009, Error, "No site answers",
        "Commands ask the running site; none was found at the data folder or server.",
        "The site is not started, or another folder or server is meant.",
        "provost up";
    SITE_CODE_DIFFERS = 1010, Error, "The data belongs to a site with another code",
        "A site code cannot change without a new installation.",
        "Another code was given than the one that the data folder or database belongs to.",
        "provost up without --code, or with another --data DIR";
    DISK_FULL = 1011, Error, "The device is full",
        "Nothing more is acknowledged until there is room; nothing that was acknowledged is lost.",
        "The device that holds the data folder or the database has no room.",
        "make room, then: provost inbox list";
    SCHEMA_TOO_NEW = 1012, Error, "The database was made by a newer version",
        "An older version could damage what it does not know.",
        "The program was replaced by an older one.",
        "install the newer version again";
    DATABASE_DENIED = 1013, Error, "The database refuses a component",
        "A component may do with each table what its definition says and nothing else.",
        "A grant is missing in the database, or a component tried what it must not.",
        "restart the site, which sets the grants; see docs/reference/database-grants.md";
    NOT_FOUND = 1014, Error, "There is no such thing",
        "The name is not known here.",
        "It is mistyped, or was removed.",
        "list what there is, for example: provost device list";
    BUG = 1015, Error, "Provost did something wrong",
        "This should not happen; what was accepted is not lost.",
        "A fault in the program.",
        "report it with the log files of the data folder";
    DATA_FOLDER_UNUSABLE = 1016, Error, "The data folder cannot be used",
        "The folder holds keys and everything that clients sent; it must be writable and private.",
        "It cannot be made or written, or others may read it.",
        "provost up --data DIR";
    NOT_CONFIRMED = 1017, Error, "The change was not confirmed",
        "Changes that remove something are done only when they are confirmed.",
        "There is no terminal to ask on, or the answer was another.",
        "repeat the command with --yes";
    SITE_UNINSTALLED = 1018, Error, "The site was uninstalled",
        "What was uninstalled does not come back by itself: nothing was started, and nothing is published.",
        "Somebody uninstalled the site and kept its data, or an uninstallation did not come to its end.",
        "provost site uninstall --delete-data, or start it again: provost up --reinstall";
    UNINSTALL_BLOCKED = 1019, Error, "The site cannot be uninstalled as things are",
        "Before anything is removed it is looked whether everything can be: what a site leaves behind in directories and databases is nobody's.",
        "A forest that the site publishes to is not reached, the account that publishes there may not delete, or the set-up login may not drop the site's logins.",
        "provost site uninstall --dry-run";
    UNINSTALL_STOPPED = 1020, Error, "The uninstallation stopped",
        "Steps that were done stay done; the same command goes on where it stopped.",
        "What could be removed when it was looked at could not be when it was to be.",
        "provost site uninstall, or accept that objects stay in a forest: provost site uninstall --leave DNS.NAME";
}
