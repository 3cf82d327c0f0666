//! Discovery, forests, boundaries: PV7xxx.

rules! {
    DISCOVERY_LOCATION_INVALID = 7001, Error, "The discovery location cannot be taken",
        "A location is a container of a domain by its distinguished name, with the method that looks there.",
        "The path names no domain, a group's name is none, or the method does not know such an option.",
        "write it as OU=Name,DC=corp,DC=example,DC=test; provost discovery add --help";
    DISCOVERY_LOCATION_EXISTS = 7002, Error, "The method looks there already",
        "A method has each location once.",
        "It was added before.",
        "provost discovery list";
    DISCOVERY_SETTING_INVALID = 7003, Error, "The setting of the discovery method cannot be taken",
        "Intervals, filters and attributes have bounds, and not every method has each of them.",
        "A number is too large or too small, or the method has no such setting.",
        "provost discovery set --help";
    DISCOVERY_BLOCKED = 7004, Warning, "Discovery could not read everything",
        "What could not be read is left as it was; nothing that was found before is lost.",
        "The account lacks Read on a container, or on what is in it.",
        "provost discovery history; give the account Read there, then: provost discovery run METHOD --wait";
    DISCOVERY_FAILED = 7005, Error, "A discovery run came to nothing",
        "Nothing that was found before is lost; the next run starts where this one did.",
        "The directory could not be reached, or did not let the account in; the reason stands in the message.",
        "provost discovery history";
    DISCOVERY_NOT_DONE = 7006, Warning, "The discovery run has not ended yet",
        "It goes on whether somebody waits or not.",
        "The directory is large or slow, or the site was stopped.",
        "provost discovery history";
    DISCOVERY_LOCATION_GONE = 7007, Warning, "A discovery location is not there",
        "Nothing was read, and nothing that was found there before is lost.",
        "The container was moved or deleted, or the account may not see it.",
        "look for it in the directory, then: provost discovery remove ID, provost discovery add METHOD PATH";
    FOREST_INVALID = 7008, Error, "The forest cannot be taken",
        "A forest is known by the DNS name of its root domain.",
        "The name is none, or the forest is known already.",
        "provost forest list";
    BOUNDARY_INVALID = 7009, Error, "The boundary cannot be taken",
        "A boundary is an IPv4 subnet, an IPv6 prefix, a range of addresses or an Active Directory site.",
        "The value is not written so, or is a supernet.",
        "provost boundary add --help";
    BOUNDARY_EXISTS = 7010, Error, "There is such a boundary already",
        "Boundaries are of the whole hierarchy; each is there once.",
        "It was added before, or forest discovery made it.",
        "provost boundary list";
    DISCOVERY_RECORD_FOREIGN = 7011, Error, "A record of a directory cannot be loaded",
        "It has no SID, or is larger than a record may be.",
        "A damaged file in the discovery inbox.",
        "provost inbox show discovery";
}
