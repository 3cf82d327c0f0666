//! User rights of a domain controller, as Samba's own tools give and tell them.

use crate::command::{run, run_with_input};
use crate::lab::Lab;
use crate::principals::ADMINISTRATOR;
use crate::topology;
use crate::wait::eventually;
use std::io;
use std::time::Duration;

/// How long a controller is given that has just started.
const PATIENCE: Duration = Duration::from_secs(20);

/// Signs in as the domain's administrator, password on standard input, and runs `net rpc rights` with these tickets, which go with it.
const SCRIPT: &str = "set -eu; administrator=$1; server=$2; shift 2; tickets=$(mktemp); trap 'rm -f \"$tickets\"' EXIT; \
    export KRB5CCNAME=\"FILE:$tickets\"; kinit \"$administrator\" >/dev/null; \
    net rpc rights \"$@\" -S \"$server\" --use-kerberos=required --use-krb5-ccache=\"$tickets\"";

/// Writes holders of a right into the controller's own database, or takes them out, where its tool would take minutes.
const MANY: &str = "import ldb, sys\n\
    verb, right, first, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])\n\
    base, rid = first.rsplit('-', 1)\n\
    d = ldb.Ldb('tdb:///var/lib/samba/private/privilege.ldb')\n\
    d.transaction_start()\n\
    for n in range(count):\n\
    \x20   sid = f'{base}-{int(rid) + n}'\n\
    \x20   if verb == 'revoke':\n\
    \x20       d.delete(f'sid={sid}')\n\
    \x20       continue\n\
    \x20   parts = [int(part) for part in sid.split('-')[3:]]\n\
    \x20   raw = bytes([1, len(parts), 0, 0, 0, 0, 0, 5]) + b''.join(part.to_bytes(4, 'little') for part in parts)\n\
    \x20   d.add({'dn': f'sid={sid}', 'objectClass': 'privilege', 'objectSid': raw, 'privilege': right})\n\
    d.transaction_commit()\n";

/// Whom a new Samba domain lets log on through Remote Desktop Services, which it does not have: by way of that group everybody. A lab
/// starts without, as Windows' own domains are.
pub const AT_FIRST: (&str, &str) = ("BUILTIN\\Pre-Windows 2000 Compatible Access", "SeRemoteInteractiveLogonRight");

impl Lab {
    /// Takes away what [`AT_FIRST`] gives, at every controller.
    pub(crate) fn without_what_is_given_at_first(&self) -> io::Result<()> {
        let controllers: Vec<&str> =
            topology::HOSTS.iter().filter(|host| host.kind.is_controller() && self.host(host.name).is_ok()).map(|host| host.name).collect();
        let (holder, right) = AT_FIRST;
        std::thread::scope(|scope| {
            let taken: Vec<_> =
                controllers.into_iter().map(|controller| scope.spawn(move || insist(|| self.revoke_right(controller, holder, right)))).collect();
            taken.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|_| Err(io::Error::other("taking a right away panicked"))))
        })
    }

    /// Gives `account` a right at a controller, such as `SeMachineAccountPrivilege`. Rights are each controller's own.
    ///
    /// # Errors
    /// When the lab has no such controller, or Samba knows no such account or right.
    pub fn grant_right(&self, controller: &str, account: &str, right: &str) -> io::Result<()> {
        self.rights(controller, &["grant", account, right]).map(drop)
    }

    /// Takes [`Lab::grant_right`] back.
    ///
    /// # Errors
    /// As [`Lab::grant_right`].
    pub fn revoke_right(&self, controller: &str, account: &str, right: &str) -> io::Result<()> {
        self.rights(controller, &["revoke", account, right]).map(drop)
    }

    /// Gives a right to so many security identifiers at a controller, from this one on, or takes them all out again; nobody need
    /// have them. While there are thousands, [`Lab::privilege_holders`] does not tell all.
    ///
    /// # Errors
    /// When the lab has no such controller, or one of them holds something already.
    pub fn let_many_hold(&self, controller: &str, first: &str, count: usize, right: &str, held: bool) -> io::Result<()> {
        let verb = if held { "grant" } else { "revoke" };
        run(self.host(controller)?.command("python3").args(["-c", MANY, verb, right, first, &count.to_string()])).map(drop)
    }

    /// Who holds a privilege at a controller, as `DOMAIN\account`, or as an identifier that nobody has. Samba's tool tells it of
    /// privileges only, not of rights to log on.
    ///
    /// # Errors
    /// As [`Lab::grant_right`].
    pub fn privilege_holders(&self, controller: &str, right: &str) -> io::Result<Vec<String>> {
        let told = self.rights(controller, &["list", "privileges", right])?;
        Ok(told.lines().filter(|line| line.starts_with(' ')).map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect())
    }

    /// The security identifier of `DOMAIN\account`, as a controller's name service tells it.
    ///
    /// # Errors
    /// When the lab has no such controller, or nobody is called so.
    pub fn sid_of(&self, controller: &str, name: &str) -> io::Result<String> {
        let told = run(self.host(controller)?.command("wbinfo").args(["--name-to-sid", name]))?;
        told.split_whitespace().next().map(str::to_owned).ok_or_else(|| io::Error::other(format!("{name} has no identifier")))
    }

    fn rights(&self, controller: &str, arguments: &[&str]) -> io::Result<String> {
        let host = topology::host(controller).ok_or_else(|| io::Error::other(format!("there is no host {controller}")))?;
        let administrator = format!("{ADMINISTRATOR}@{}", host.domain.realm);
        let mut command = self.host(controller)?.command("bash");
        command.args(["-c", SCRIPT, "rights", &administrator, &host.full_name()]).args(arguments);
        let password = self.password(host.domain, ADMINISTRATOR);
        run_with_input(&mut command, format!("{password}\n").as_bytes())
    }
}

/// Tries again for a while: a controller that has just started, on a busy machine, signs nobody in at first.
fn insist(act: impl Fn() -> io::Result<()>) -> io::Result<()> {
    let mut last = Ok(());
    let _ = eventually("a right was taken away", PATIENCE, || {
        last = act();
        last.is_ok()
    });
    last
}
