//! The real program, as a person runs it: on a data folder of its own, on free ports, as whoever runs the tests.

mod accounts;
mod agent;
mod backup;
mod commands;
mod completions;
mod data_folder;
mod database_gone;
mod discovery;
mod full_disk;
mod lists;
mod name_server;
mod person;
mod postgresql;
mod progress;
mod settings;
mod tickets;
mod uninstall;
mod up;
