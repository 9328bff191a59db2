//! `stoa retention`: what retention keeps for how long, and how much of it would be deleted now. It only reads; the
//! running service deletes, once a day.

use super::ServiceArgs;
use crate::server::retention::{LINES, files_due};
use crate::service::Service;

pub fn run(args: &ServiceArgs) -> Result<(), String> {
    let service = Service::open(args.load()?, crate::server::registered())?;
    for line in &LINES {
        let (days, due) = (line.days(&service), line.due(&service).map_err(|e| e.to_string())?);
        match days {
            0 => println!("{:<10} for ever", line.name),
            1 => println!("{:<10} 1 day, {due} would go now", line.name),
            _ => println!("{:<10} {days} days, {due} would go now", line.name),
        }
    }
    // Not by a setting: nobody should keep them.
    let files = files_due(&service).map_err(|e| e.to_string())?;
    println!("{:<10} 1 day, {files} would go now, within the hour", "exports");
    Ok(())
}
