//! Accounts, their secrets, and the connections made with them: PV2xxx.

rules! {
    ACCOUNT_NAME_INVALID = 2001, Error, "The name is not an account's",
        "A name is DOMAIN\\user, dns.domain\\user, user@dns.domain, a SID or a distinguished name; a computer account ends with a dollar sign.",
        "A mistyped name, or characters that no directory allows in one.",
        "write it as dns.domain\\user; provost account explain KIND";
    ACCOUNT_NAME_NEEDS_DOMAIN = 2002, Error, "The name needs a domain",
        "For this account a name without a domain could mean another account on every computer.",
        "Only the user part was given.",
        "write it as dns.domain\\user";
    ACCOUNT_SHARED = 2003, Error, "The account is already used for something that it must not be shared with",
        "One stolen password would give the rights of both uses.",
        "The same account, or one that may be the same by another spelling, is bound to the other use.",
        "make an account for this use alone; provost account uses NAME";
    ACCOUNT_TOO_MANY = 2004, Error, "There are already as many accounts as there may be",
        "The definition of the kind says how many one site, role or server may have.",
        "The list is full.",
        "remove one first: provost account remove NAME --for KIND";
    ACCOUNT_PRINCIPAL_KIND = 2005, Error, "An account of this kind cannot be bound here",
        "The definition says whether a computer account, a domain user, a global account, a local account or a group is accepted.",
        "The name is of another kind, or its kind was stated wrongly.",
        "provost account explain KIND";
    ACCOUNT_SCOPE_INVALID = 2006, Error, "It is not said what the account is for",
        "An account is bound for a site, a forest, a site system, a role on a computer, a package, a step or a proxy, as its kind says.",
        "--on is missing, or does not name such a thing.",
        "add --on OBJECT; provost account explain KIND";
    ACCOUNT_EXISTS = 2007, Error, "The account is already bound for this",
        "One account stands in a list once.",
        "It was added before.",
        "provost account show NAME";
    ACCOUNT_NOT_BOUND = 2008, Error, "The account is not bound",
        "There is no such binding.",
        "A mistyped name, or it was removed.",
        "provost account list";
    ACCOUNT_MANDATORY = 2009, Error, "An account must be bound first",
        "The computer account means nothing where it is not trusted, so nothing was tried.",
        "The target is in a domain or forest that is not trusted, or the server asks for authentication.",
        "provost account add NAME --for KIND --on OBJECT";
    ACCOUNT_USE_OFF = 2010, Error, "The use is switched off",
        "It is dangerous, so it is off until somebody asks for it.",
        "Nobody switched it on.",
        "provost account allow USE";
    ACCOUNT_NOBODY = 2011, Error, "No account is bound, and nobody acts instead",
        "The operation never runs as the site server's computer account.",
        "No account was added for it.",
        "provost account add NAME --for KIND --on OBJECT";
    ACCOUNT_BLOCKED = 2013, Error, "The account is blocked by a failed check",
        "It lacks what it needs or holds what it must not have, and nobody waived that.",
        "A check of its definition failed.",
        "provost verify NAME";
    SIGN_IN_BUDGET = 2014, Error, "The account is not tried again for now",
        "Refused sign-ins count towards its lock-out, so Provost stops before the directory does.",
        "Its password was refused before, and has not changed since.",
        "provost account set NAME --for KIND --password-file FILE";
    SECONDARY_SITE_ACCOUNT = 2015, Error, "A secondary site publishes as its computer account only",
        "The seed knows no Active Directory Forest Account at secondary sites.",
        "An account was bound for a secondary site.",
        "remove the binding";
    ACCOUNT_HAS_NO_SECRET = 2016, Error, "No password is kept for the account",
        "It was bound without one, or its password was retired.",
        "Nobody gave one.",
        "provost account set NAME --for KIND --password-file FILE";
    ACCOUNT_ORDER_INVALID = 2017, Error, "The account cannot be at this place of the list",
        "Places count from 1, and only a kind that is an ordered list has them.",
        "The number is too large, or the kind has no order.",
        "leave --order out to add it at the end";
    SECRET_SOURCE = 2101, Error, "A password was given where others can see it",
        "Arguments and environment variables are seen by other programs; Provost takes passwords from a prompt, a file or standard input.",
        "The password stood in an argument or a variable.",
        "use --password-file FILE, --password-file - or the prompt, and change that password";
    SECRET_FILE_OPEN = 2102, Error, "Others can read the password's file",
        "A password that others could read is theirs as well.",
        "The file's mode gives its group or everybody access.",
        "chmod 600 FILE, and change that password";
    SECRET_INVALID = 2103, Error, "The password cannot be taken",
        "A password has 1 to 256 characters of Unicode and no line break or NUL within.",
        "The file is empty, has several lines, or is not UTF-8.",
        "write the password alone on one line";
    SECRET_CONFLICT = 2104, Error, "Somebody else replaced the password meanwhile",
        "Two people cannot replace one password at once: the second would not know what the first set.",
        "The version that was meant to be replaced is not the newest any more.",
        "look, then repeat: provost account show NAME";
    VAULT_KEY_MISSING = 2105, Error, "The site key is lost",
        "Secrets are sealed with a key outside the database; without it they cannot be opened by anyone.",
        "The key folder or the system's credential does not hold it.",
        "bring the key back: provost site restore FILE";
    VAULT_KEY_OTHER = 2106, Error, "The site key is another one",
        "The sealed secrets say which key they need, and this is not it.",
        "The key folder was swapped with another site's, or is older than the last re-keying.",
        "bring the right key back: provost site restore FILE";
    VAULT_RECORD_DAMAGED = 2107, Error, "A sealed secret was changed",
        "Its seal does not fit its contents, its site, its number or its version; it is not used. A database that was copied from another site looks so too.",
        "Somebody changed the database, or moved a record from one place to another.",
        "give the password again: provost account set NAME --for KIND --password-file FILE";
    VAULT_ROLLED_BACK = 2108, Error, "The vault is older than the site remembers",
        "Secrets that were replaced or retired would come back to life, so none is used.",
        "The database was replaced by an older copy.",
        "bring the newest copy back, or accept the loss: provost site restore FILE";
    SECRET_RETIRED = 2109, Error, "This version of the password was retired",
        "Retired versions are destroyed.",
        "It was replaced.",
        "provost account show NAME";
    BACKUP_DOES_NOT_OPEN = 2110, Error, "The backup does not open",
        "It is sealed with a passphrase, and every part of it is checked; nothing of one that does not open whole is used.",
        "The passphrase is another one, or the file was changed or cut off.",
        "provost site restore FILE --passphrase-file FILE";
    RESTORE_NOT_EMPTY = 2111, Error, "There is a site already where the backup should go",
        "A backup goes into a data folder that is not there yet and an empty database; nothing is written over.",
        "The folder or the database was used before.",
        "provost site restore FILE --data DIR";
    SIGN_IN_WRONG_PASSWORD = 2201, Error, "The server says that name or password is wrong",
        "It is not tried again before the password changes, so that nobody is locked out.",
        "The password was changed at the server, or mistyped here.",
        "provost account set NAME --for KIND --password-file FILE";
    SIGN_IN_LOCKED = 2202, Error, "The account is locked",
        "Too many wrong passwords came from somewhere.",
        "An old password is in use, or somebody guesses.",
        "find who uses an old password, unlock the account, then: provost verify NAME";
    SIGN_IN_DISABLED = 2203, Error, "The account is disabled",
        "The server knows it and does not let it in.",
        "Somebody disabled it.",
        "enable it, then: provost verify NAME";
    SIGN_IN_EXPIRED = 2204, Error, "The account or its password has expired",
        "The server wants it renewed first.",
        "Its time is over.",
        "renew it, then: provost account set NAME --for KIND --password-file FILE";
    SIGN_IN_LACKS_RIGHT = 2205, Error, "The account lacks a right",
        "It signed in, and was then refused what it is for.",
        "The right was never given, or was taken away.",
        "provost account explain KIND, then: provost verify NAME";
    TARGET_UNREACHABLE = 2206, Error, "The server cannot be reached",
        "Nothing was tried as anybody.",
        "It is down, its name does not resolve, or a firewall is between.",
        "make it reachable, then: provost verify NAME";
    TARGET_NOT_TRUSTED = 2207, Error, "The server's certificate is not trusted",
        "No password was sent: whoever answers may be somebody else.",
        "It has expired, names another server, or is from an authority that is not trusted here.",
        "renew it, or name its authority in the server's settings";
    TARGET_NOTHING_SAFE = 2208, Error, "The server offers no safe way to sign in",
        "No password was sent in clear, and NTLM is never spoken.",
        "It offers no TLS, or only ways that Provost does not use.",
        "let the server offer STARTTLS or TLS";
    TARGET_BROKEN = 2209, Error, "The server does not keep to its protocol",
        "It closed, hung, or answered what cannot be understood.",
        "It is another kind of server, or something is between.",
        "check address and port";
    SIGN_IN_MUST_CHANGE = 2210, Error, "The password must be changed before the account may sign in",
        "The directory wants a new password, and lets the account do nothing before that.",
        "Whoever made the account left that mark, or its password was reset.",
        "change it at the directory, then: provost account set NAME --for KIND --password-file FILE";
    SIGN_IN_NO_SUCH_ACCOUNT = 2211, Error, "There is no such account",
        "The directory does not know the name.",
        "It was removed or renamed, or is of another domain.",
        "provost account list, then: provost account set NAME --for KIND --password-file FILE";
    SIGN_IN_CLOCK_SKEW = 2212, Error, "The clocks of both sides differ by too much",
        "Kerberos takes no ticket when they are more than five minutes apart; the password was neither accepted nor refused.",
        "One of the two machines does not keep its time.",
        "set the clocks right, then: provost verify NAME";
    SIGN_IN_LOCKED_OR_DISABLED = 2213, Error, "The account is locked or disabled",
        "Kerberos has one answer for an account that is locked, disabled or expired, and no account that may read the domain told which.",
        "Somebody disabled it, its time is over, or too many wrong passwords came from somewhere.",
        "look at it in the directory, or bind an account that reads there; then: provost verify NAME";
    CHECK_FAILED = 2301, Warning, "A check of an account failed",
        "It lacks what it needs, or holds what it must not have; it is blocked until that is mended or waived.",
        "Rights were given or taken away.",
        "provost verify NAME";
    CHECK_NOT_PROVED = 2302, Warning, "A check of an account could not be decided",
        "Unknown never passes: the account may be used and is shown as not proved.",
        "The server could not be asked, or does not tell.",
        "provost verify NAME";
    WAIVER_ENDED = 2303, Warning, "A waiver has ended",
        "The failed check that it covered counts again.",
        "Its end date has passed.",
        "mend what fails, or: provost verify waive NAME CHECK --until DATE --reason TEXT";
    WAIVER_INVALID = 2304, Error, "The waiver was not taken",
        "A waiver has a reason and an end within a year, and is for a check that failed.",
        "One of them is missing or wrong.",
        "provost verify waive NAME CHECK --until DATE --reason TEXT";
    MAIL_SERVER_UNSET = 2401, Error, "No SMTP server is set",
        "Alerts are kept and wait.",
        "Nobody named one.",
        "provost mail set HOST:PORT --sender ADDRESS";
    MAIL_NOT_SENT = 2402, Warning, "An alert could not be mailed",
        "It waits and is tried again.",
        "The SMTP server is away or refuses.",
        "provost mail show";
    ALERT_RULE_INVALID = 2403, Error, "The alert rule cannot be taken",
        "A rule says what to look for and who is told.",
        "A condition or an address is wrong.",
        "provost alert rule add --help";
    PROXY_UNSET = 2404, Error, "No proxy server is set for this",
        "The environment's proxy settings are never used.",
        "Nobody named one.",
        "provost proxy set KIND HOST:PORT --on SITE-SYSTEM";
    TRUST_INVALID = 2405, Error, "The trust was not entered",
        "Trust is between this site's forest and a domain with a DNS name.",
        "The domain's name is not a DNS name.",
        "provost trust add DNS.DOMAIN --forest DNS.NAME --trust trusted|untrusted";
}
