//! `provost config show`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, column, columns};
use crate::settings::Settings;
use serde_json::{Value, json};

/// Shows every setting with its value and where the value comes from.
#[derive(Debug, clap::Args)]
pub struct Show {
    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "key",
    columns: columns(&[column("key", "key"), column("value", "value"), column("from", "source"), column("meaning", "meaning")]),
    nothing: "there are no settings",
};

impl Show {
    /// Does it.
    ///
    /// # Errors
    /// When the file cannot be read or anything in it is wrong.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let folder = context.data_folder()?;
        let settings = Settings::read(&folder, &[])?;
        let kept = crate::running::identity::Identity::kept(&folder)?;
        let items: Vec<Value> = settings
            .all()
            .iter()
            .map(|setting| {
                let (mut value, mut source) = (setting.value.clone(), setting.source);
                if let (Some(kept), "code") = (&kept, setting.key.name) {
                    (value, source) = (Some(kept.code.to_string()), crate::settings::Source::Data);
                }
                json!({ "key": setting.key.name, "value": value, "source": source.word(), "meaning": setting.key.meaning })
            })
            .collect();
        context.output.list(&LISTING, &self.narrow.here(&LISTING, json!({ "items": items, "next": null }))?)?;
        Ok(Exit::Done)
    }
}
