//! Undersigned collects organization sign-ons for open letters.
//!
//! The modules stand by rank: each imports only from the groups above its own (`tests/it/architecture.rs` checks it).

// Words: pure types and parsers.
pub mod clock;
pub mod ids;
pub mod secret;
pub mod text;

// The ground: settings, and the database behind `read` and `write`.
pub mod config;
pub mod db;

// Kits: they know HTTP, SMTP and tables, and no feature.
pub mod audit;
pub mod mail;
pub mod web;

// Staff: how they get in, and what they may do.
pub mod account;

// The letter, its versions, its settings, its life.
pub mod campaign;

// An organization adds its name.
pub mod sign_on;

// Editions of the list, in every public form; whether those on it agree to another text; what they are told of what became of it.
pub mod consent;
pub mod delivery;
pub mod list;

// What speaks against an entry, whoever is asked to sign, what organizers write by mail, what is mailed of news, and the two workbenches: the
// moderators' and the organizers'. They do not know each other.
pub mod concern;
pub mod digest;
pub mod invited;
pub mod mailing;
pub mod moderation;
pub mod organizing;

// A campaign as a folder, in and out; what the instance does by itself.
pub mod transfer;
pub mod upkeep;

// Assembly: nobody imports it.
pub mod app;
pub mod cli;
pub mod demo;
