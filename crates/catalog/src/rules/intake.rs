//! Inboxes, intake, components: PV4xxx.

rules! {
    INBOX_FILE_BAD = 4001, Error, "A message went to the bad folder",
        "It could not be read; the reason lies beside it. Everything else in the file was loaded.",
        "A damaged file, a foreign file, or a broken client.",
        "provost inbox show NAME";
    STATE_GAP = 4002, Warning, "State messages of a client are missing",
        "Their serial numbers have a gap; the client is asked to send all its states again.",
        "Messages were lost on the client, or its folder was restored.",
        "nothing to do: it mends itself with the client's next policy";
    INVENTORY_DELTA_BASE = 4003, Warning, "An inventory delta does not fit",
        "It changes another inventory than the one the site has; the client is asked for a full one.",
        "A report was lost on the client, or the site was restored.",
        "nothing to do: it mends itself; at once: provost client inventory NAME";
    INVENTORY_MALFORMED = 4004, Error, "An inventory report is not understood",
        "It was put aside and the client is asked for a full one.",
        "A client of another version, or a broken one.",
        "provost inbox show hardware-inventory";
    DISCOVERY_NO_NAME = 4005, Error, "A discovery record names nothing",
        "A device needs a NetBIOS name, a resource name, an IP or a MAC address.",
        "The record is empty.",
        "provost inbox show discovery";
    COMPONENT_FAILING = 4006, Error, "A component fails",
        "It tries again, at most every 30 seconds; nothing is lost meanwhile.",
        "The reason stands in the message.",
        "provost message list --severity error";
    COMPONENT_STARTED = 4007, Information, "A component started",
        "It runs.",
        "The site started.",
        "nothing to do";
    COMPONENT_STOPPED = 4008, Information, "A component stopped",
        "It runs no more.",
        "The site stopped.",
        "nothing to do";
    COMPONENT_RECOVERED = 4009, Information, "A component works again",
        "What failed before succeeded.",
        "The cause is gone.",
        "nothing to do";
}
