/* A person as the directory describes them. */
#ifndef DOMAIN_PERSON_H
#define DOMAIN_PERSON_H

#include "domain/rates.h"

typedef struct {
	gint64 from, until; /* [from, until) */
	char *deputy;       /* uid, or address; NULL = the usual one stands in */
} Absence;

typedef struct {
	char *directory_id; /* stable: entryUUID, objectGUID; for mail(address), "mail:address" */
	char *uid;
	char *dn;
	char *name;
	char *mail;       /* NULL = none */
	char *mobile;     /* a number that text messages go to, as the directory has it; NULL */
	char *language;   /* what they read, lower-case primary tags, best liked first: "sv, nl"; the first that mails are written in is taken; NULL = organisation's */
	char *country;    /* upper case "NL"; NULL */
	char *manager_dn; /* NULL = none */
	char *deputy_dn;  /* who stands in while they are away, as the directory names them: by DN */
	char *deputy;     /* or by uid; NULL, both = nobody is named */
	char *authority;  /* as the attribute says it: "5000.00 EUR"; NULL = none stated */
	gboolean disabled;
	gint64 as_of; /* when the directory said so; INSTANT_NONE = it did not */
	GArray *absences; /* of Absence, by their beginning; NULL = none known */
} Person;

Person *person_new(void);
Person *person_copy(const Person *person);
void person_free(Person *person);
/* Of whoever stands for an address that nobody has: that address, borrowed; NULL: an id that the directory gave. */
const char *person_address_of_id(const char *directory_id);
void person_add_absence(Person *person, gint64 from, gint64 until, const char *deputy);
/* The absence that holds the instant, borrowed; NULL = present. */
const Absence *person_absence_at(const Person *person, gint64 instant);
/* When who is absent at `instant` is back, absences that overlap or follow at once included; INSTANT_NONE: they are present. */
gint64 person_back(const Person *person, gint64 instant);
/* When after `now` an absence of theirs next begins or ends; INSTANT_NONE: none does. */
gint64 person_next_change(const Person *person, gint64 now);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Person, person_free)

/* Why somebody who was found may not decide. In the order of DESIGN.md "Approver resolution". */
typedef enum {
	ELIGIBLE,
	NOT_ELIGIBLE_DISABLED,
	NOT_ELIGIBLE_NO_MAIL,
	NOT_ELIGIBLE_REQUESTER,
	NOT_ELIGIBLE_DISTINCT,  /* approved an earlier stage */
	NOT_ELIGIBLE_HELD,      /* held an approval of this stage already */
	NOT_ELIGIBLE_AUTHORITY, /* has less than the amount: the first manager up the line who has it takes over */
	NOT_ELIGIBLE_LINE,      /* the same, and nobody up the line has it (domain/sifting.h says so, never person_eligibility()) */
	NOT_ELIGIBLE_NO_RATE,   /* nobody can say: the authority is in a currency that the rates do not convert the amount into */
} Eligibility;

typedef struct {
	Money amount;          /* absolute, in minor units */
	const Rates *rates;    /* NULL = none */
	const char *requester; /* uid or mail; NULL */
	gboolean allow_self;
	gboolean authority_required; /* stage says authority = "required" */
	GPtrArray *excluded_ids;     /* directory ids that approved an earlier stage, where `distinct`; NULL */
	GPtrArray *held_ids;         /* directory ids that held an approval of this stage, where one is handed on; NULL */
} EligibilityTerms;

/* An authority that cannot be read counts as none that suffices. */
Eligibility person_eligibility(const Person *person, const EligibilityTerms *terms);
const char *eligibility_name(Eligibility eligibility); /* "disabled", "no mail address", … */
const char *eligibility_word(Eligibility eligibility); /* as the record has it: "disabled", "no-mail", "requester", "distinct", "held", "authority", "line", "no-rate"; "may" */

#endif
