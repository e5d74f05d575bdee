//! The people of an invented company, who they report to, and what their records lack.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::{country::Country, names::COUNTRIES, random::Random};

/// How many people the directory holds before anything changes.
pub(crate) const PEOPLE: usize = 360;
const DIRECTORS: usize = 6;
const LEADS: usize = 24;
const SENIORS: usize = 60;
const FIRST_LEAD: usize = 1 + DIRECTORS;
const FIRST_SENIOR: usize = FIRST_LEAD + LEADS;
const FIRST_STAFF: usize = FIRST_SENIOR + SENIORS;

const DEPARTMENTS: [(&str, &str, &[&str]); DIRECTORS] = [
    (
        "Clinical Data",
        "Trials",
        &["Data Steward", "Biostatistician", "Data Manager"],
    ),
    (
        "Field Service",
        "Devices",
        &[
            "Field Engineer",
            "Service Planner",
            "Calibration Technician",
        ],
    ),
    (
        "People & Culture",
        "Corporate",
        &["People Partner", "Payroll Specialist", "Recruiter"],
    ),
    (
        "Research/Optics",
        "Devices",
        &[
            "Optics Researcher",
            "Laboratory Technician",
            "Lens Designer",
        ],
    ),
    (
        "Software",
        "Products",
        &["Software Engineer", "Test Engineer", "Product Designer"],
    ),
    (
        "Finance",
        "Corporate",
        &["Accountant", "Controller", "Treasury Analyst"],
    ),
];

/// What decides whether somebody is provisioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Assignment {
    ByGroup,
    ByName,
    Missing,
}

/// A user in Microsoft Graph's form, and what the other documents need to know about him.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) number: usize,
    pub(crate) id: String,
    pub(crate) country: &'static Country,
    pub(crate) assignment: Assignment,
    pub(crate) contractor: bool,
    pub(crate) enabled: bool,
    pub(crate) user: Map<String, Value>,
}

impl Person {
    /// Active, assigned, and in the mapping's scope.
    pub(crate) fn is_provisioned(&self) -> bool {
        self.enabled && !self.contractor && self.assignment != Assignment::Missing
    }

    pub(crate) fn is_staff(&self) -> bool {
        self.number >= FIRST_STAFF
    }

    pub(crate) fn is_lead(&self) -> bool {
        (FIRST_LEAD..FIRST_SENIOR).contains(&self.number)
    }

    pub(crate) fn is_apprentice(&self) -> bool {
        self.is_staff() && self.number % 29 == 11
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.user.get(name).and_then(Value::as_str)
    }
}

/// Everybody, in the order of the organisation: a manager comes before his people.
pub(crate) fn workforce(random: &mut Random) -> Vec<Person> {
    let ids: Vec<String> = (0..PEOPLE).map(|_| random.identifier()).collect();
    let mut taken = BTreeMap::new();
    let mut departments: Vec<usize> = Vec::new();
    let mut people: Vec<Person> = Vec::new();
    for (number, id) in ids.iter().enumerate() {
        let manager = manager_of(number, random);
        let department = match number {
            0 => 2,
            1..=DIRECTORS => number - 1,
            _ => manager
                .and_then(|manager| departments.get(manager))
                .copied()
                .unwrap_or(0),
        };
        departments.push(department);
        let mentor = mentor_among(&people, random);
        let mut person = person(number, id, department, &mut taken, random);
        if let Some(manager) = reports_to(number, manager).and_then(|manager| ids.get(manager)) {
            person
                .user
                .insert("manager".to_owned(), json!({ "id": manager }));
        }
        if let Some(mentor) = mentor.filter(|_| number > FIRST_SENIOR && random.one_in(9)) {
            extension(&mut person.user, "extensionAttribute4", &mentor);
        }
        people.push(person);
    }
    people
}

fn manager_of(number: usize, random: &mut Random) -> Option<usize> {
    match number {
        0 => None,
        _ if number < FIRST_LEAD => Some(0),
        _ if number < FIRST_SENIOR => Some(1 + number % DIRECTORS),
        _ if number < FIRST_STAFF => Some(FIRST_LEAD + number % LEADS),
        _ => Some(FIRST_SENIOR + random.below(SENIORS)),
    }
}

/// Two heads of a department name each other, and three seniors stand in a ring.
fn reports_to(number: usize, manager: Option<usize>) -> Option<usize> {
    const OTHER_HEAD: usize = FIRST_LEAD + DIRECTORS;
    const SECOND: usize = FIRST_SENIOR + 1;
    const THIRD: usize = FIRST_SENIOR + 2;
    match number {
        FIRST_LEAD => Some(OTHER_HEAD),
        OTHER_HEAD => Some(FIRST_LEAD),
        FIRST_SENIOR => Some(SECOND),
        SECOND => Some(THIRD),
        THIRD => Some(FIRST_SENIOR),
        _ => manager,
    }
}

fn mentor_among(people: &[Person], random: &mut Random) -> Option<String> {
    random
        .pick(people)
        .filter(|person| person.is_provisioned())
        .and_then(|person| person.text("mail"))
        .map(str::to_owned)
}

fn person(
    number: usize,
    id: &str,
    department: usize,
    taken: &mut BTreeMap<String, usize>,
    random: &mut Random,
) -> Person {
    let country = random.pick(&COUNTRIES).unwrap_or(&COUNTRIES[0]);
    let staff = number >= FIRST_STAFF;
    let contractor = (staff && number % 23 == 7) || number == FIRST_SENIOR + 9;
    let assignment = match country.group {
        _ if staff && number % 19 == 5 => Assignment::Missing,
        Some(_) => Assignment::ByGroup,
        None => Assignment::ByName,
    };
    let mut person = Person {
        number,
        id: id.to_owned(),
        country,
        assignment,
        contractor,
        enabled: !(staff && number % 17 == 3),
        user: Map::new(),
    };
    name(&mut person, taken, random);
    employment(&mut person, department, random);
    person
}

fn name(person: &mut Person, taken: &mut BTreeMap<String, usize>, random: &mut Random) {
    let country = person.country;
    let (given, given_ascii) = random
        .pick(country.given)
        .copied()
        .unwrap_or(("Ada", "ada"));
    let (family, family_ascii) = random
        .pick(country.family)
        .copied()
        .unwrap_or(("Lind", "lind"));
    let stem = format!("{given_ascii}.{family_ascii}");
    let seen = taken.entry(stem.clone()).or_insert(0);
    *seen += 1;
    let sign_in = match *seen {
        1 => format!("{stem}@lumenhaus.example"),
        other => format!("{stem}{other}@lumenhaus.example"),
    };
    let written = |text: &str| {
        if country.decomposed {
            text.nfd().collect::<String>()
        } else {
            text.to_owned()
        }
    };
    let user = &mut person.user;
    user.insert("id".to_owned(), json!(person.id));
    user.insert("accountEnabled".to_owned(), json!(person.enabled));
    user.insert("userPrincipalName".to_owned(), json!(sign_in));
    let surname_first = matches!(country.code, "JP" | "CN" | "KR");
    let display = if surname_first {
        format!("{family} {given}")
    } else {
        format!("{given} {family}")
    };
    user.insert("displayName".to_owned(), json!(written(&display)));
    user.insert("givenName".to_owned(), json!(written(given)));
    user.insert("surname".to_owned(), json!(written(family)));
    let mail = match person.number % 10 {
        4 => sign_in.replace("@lumenhaus.example", "@Mail.Lumenhaus.example"),
        _ => sign_in,
    };
    // Graph writes an attribute without a value as null, or leaves it out when it was not selected.
    user.insert(
        "mail".to_owned(),
        if person.number % 31 == 1 {
            Value::Null
        } else {
            json!(mail)
        },
    );
    user.insert("preferredLanguage".to_owned(), json!(country.language));
    user.insert("country".to_owned(), json!(country.name));
    user.insert("usageLocation".to_owned(), json!(country.code));
    user.insert("city".to_owned(), json!(written(country.city)));
    user.insert(
        "officeLocation".to_owned(),
        json!(format!("{} {}", written(country.city), 1 + random.below(4))),
    );
    let extension_number = 100 + random.below(900);
    user.insert(
        "mobilePhone".to_owned(),
        if random.one_in(3) {
            Value::Null
        } else {
            json!(format!("{}{extension_number}", country.phone))
        },
    );
    user.insert(
        "businessPhones".to_owned(),
        if random.one_in(2) {
            json!([])
        } else {
            json!([format!("{}{}", country.phone, 100 + random.below(900))])
        },
    );
}

fn employment(person: &mut Person, department: usize, random: &mut Random) {
    let number = person.number;
    let (name, unit, titles) = DEPARTMENTS
        .get(department)
        .copied()
        .unwrap_or(DEPARTMENTS[0]);
    let craft = random.pick(titles).copied().unwrap_or("Specialist");
    let title = match number {
        0 => "Chief Executive".to_owned(),
        1..=DIRECTORS => format!("Director of {name}"),
        _ if number < FIRST_SENIOR => format!("Lead {craft}"),
        _ if number < FIRST_STAFF => format!("Senior {craft}"),
        _ if person.is_apprentice() => format!("Apprentice {craft}"),
        _ => craft.to_owned(),
    };
    let apprentice = person.is_apprentice();
    let salary = 31_000 + 500 * random.below(60) + if number < FIRST_STAFF { 30_000 } else { 0 };
    let born = format!(
        "{:02}/{:02}/{}",
        1 + random.below(28),
        1 + random.below(12),
        1962 + random.below(40)
    );
    let hired = format!(
        "{}-{:02}-{:02}T00:00:00Z",
        2004 + random.below(21),
        1 + random.below(12),
        1 + random.below(28)
    );
    let user = &mut person.user;
    if number % 43 != 9 {
        user.insert("jobTitle".to_owned(), json!(title));
    }
    user.insert(
        "department".to_owned(),
        if number % 37 == 2 {
            Value::Null
        } else {
            json!(name)
        },
    );
    user.insert("companyName".to_owned(), json!("Lumenhaus"));
    let employee_id = match (apprentice, person.contractor) {
        (true, _) => Value::Null,
        (_, true) => json!(format!("C-{number:05}")),
        _ => json!(format!("{:06}", 700_000 + number)),
    };
    user.insert("employeeId".to_owned(), employee_id);
    user.insert(
        "employeeType".to_owned(),
        json!(if apprentice {
            "Apprentice"
        } else if person.contractor {
            "Contractor"
        } else {
            "Employee"
        }),
    );
    if number % 41 != 3 {
        user.insert("employeeHireDate".to_owned(), json!(hired));
    }
    if number % 13 != 6 {
        extension(user, "extensionAttribute1", &born);
    }
    if number % 11 != 8 {
        extension(user, "extensionAttribute2", &salary.to_string());
    }
    extension(user, "extensionAttribute3", unit);
    if apprentice {
        extension(user, "extensionAttribute5", "apprentice");
    }
}

/// Sets one of the fifteen attributes whose meaning a company chooses.
pub(crate) fn extension(user: &mut Map<String, Value>, name: &str, value: &str) {
    let entry = user
        .entry("onPremisesExtensionAttributes")
        .or_insert_with(|| json!({}));
    if let Some(attributes) = entry.as_object_mut() {
        attributes.insert(name.to_owned(), json!(value));
    }
}
