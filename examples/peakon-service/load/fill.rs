//! Fills a database for the load: `peakon_fill DATABASE_URL SCIM_URL EMPLOYEES TEMPLATE`.
//!
//! The account `default` is made if it is not there. TEMPLATE is a file with the body of an employee, in which `NUMBER` stands for
//! his number, counted from 0. The ids are printed in this order. Employees are created by the service's own store, in large
//! transactions.

use std::env;
use std::fs;
use std::io::{self, Write as _};

use peakon_service::{Accounts, NewAccount};

/// How many employees a transaction creates.
const BATCH: usize = 10_000;
const ACCOUNT: &str = "default";

type AnyError = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), AnyError> {
    let mut arguments = env::args().skip(1);
    let mut argument = |name: &str| arguments.next().ok_or_else(|| format!("{name} is missing"));
    let (database, base_url) = (argument("DATABASE_URL")?, argument("SCIM_URL")?);
    let employees: usize = argument("EMPLOYEES")?.parse()?;
    let template = fs::read_to_string(argument("TEMPLATE")?)?;
    let accounts = Accounts::open(&database).await?;
    if accounts.account(ACCOUNT).await.is_err() {
        accounts.create(NewAccount::new(ACCOUNT)).await?;
    }
    let mut output = io::BufWriter::new(io::stdout().lock());
    for first in (0..employees).step_by(BATCH) {
        let numbers = first..employees.min(first + BATCH);
        let bodies = numbers.map(|number| template.replace("NUMBER", &number.to_string()));
        let created = accounts.create_employees(ACCOUNT, &base_url, bodies.collect());
        for id in created.await? {
            writeln!(output, "{id}")?;
        }
    }
    output.flush()?;
    accounts.close().await;
    Ok(())
}
