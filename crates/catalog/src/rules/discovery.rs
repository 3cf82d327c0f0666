//! Discovery, forests, boundaries, publishing: PV7xxx.

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
    PUBLISHING_FAILED = 7012, Error, "The site could not be published to a forest",
        "What is published there is as it was; it is tried again, less and less often, at least once an hour.",
        "The directory could not be reached, did not let the account in, or has not the schema; the reason stands in the message.",
        "provost forest show DNS.NAME; when it is mended: provost forest publish on DNS.NAME";
    PUBLISHING_LACKS_RIGHT = 7013, Error, "The account that publishes lacks a right",
        "What was done until then stays; the rest is tried again, less and less often, at least once an hour.",
        "The Active Directory Forest Account, or the site server's computer account, has not Full Control on System Management and all that is below.",
        "give the account the right that the message names, then: provost forest publish on DNS.NAME";
    PUBLISHING_OFF = 7014, Error, "The site does not publish to directories",
        "Publishing is off until somebody asks for it, for the site and for each forest.",
        "Nobody allowed it at this site, or it was switched off.",
        "provost account allow publish-to-forest";
    PUBLISHING_STANDS = 7015, Error, "The site is published in this forest",
        "A forest is not forgotten while something of the site may be there.",
        "Publishing is on for it, or what was published could not be removed yet.",
        "provost forest publish off DNS.NAME";
    PUBLISHED = 7016, Information, "What the site publishes in a forest was changed",
        "It is as the site's management points and boundaries are.",
        "Publishing was switched, or a management point or boundary changed.",
        "nothing needs to be done";
    SCHEMA_NOT_EXTENDED = 7017, Error, "The forest's schema was not extended",
        "What is in a schema is never changed or removed; how far it came stands in the message.",
        "Some of the names are there already, or the account may not change the schema.",
        "provost forest show DNS.NAME; have a member of Schema Admins apply what provost forest extend-schema DNS.NAME prints";
    SCHEMA_EXTENDED = 7018, Information, "The forest's schema was extended",
        "Its directory can hold what sites publish. It is never undone.",
        "Somebody asked for it.",
        "provost forest publish on DNS.NAME";
    DISCOVERY_MOVED = 7019, Warning, "A discovery run lost a domain controller and went on at another",
        "Everything was read at the one that took over; the one that was lost is asked again by the next run.",
        "The domain controller died, was started anew, was cut off or broke its protocol; the reason stands in the message.",
        "look whether it runs, what its log says, and whether this site reaches it; what became of the run: provost discovery history";
}
