/* A company of a few people who answer as a PeopleSource, for the tests of resolution and of the rehearsal. */
#ifndef TESTS_UNIT_COMPANY_FIXTURE_H
#define TESTS_UNIT_COMPANY_FIXTURE_H

#include "domain/resolve.h"

/* uid "ann" is directory id "id-ann", mail ann@example.nl, country NL where none is said. */
typedef struct {
	const char *uid;
	const char *manager;   /* uid */
	const char *groups;    /* names with blanks between; likewise the next */
	const char *centres;   /* cost centres whose lookup(budget_holder) finds them */
	const char *authority;
	const char *country;
	const char *mail;      /* instead of the usual; "" = none */
	const char *absent;    /* "2026-12-01 2026-12-05 bob": from, until (local midnights of Amsterdam), deputy or nothing */
	gboolean disabled;
	const char *deputy;    /* the usual one: "bob" by uid, "=bob" by DN */
} Employee;

typedef struct {
	GPtrArray *people;   /* of Person */
	const Employee *employees;
	const char *unknown; /* the question that is not answered: "user ann", "group fin", "manager ann", "lookup 4100", "mail x@y", "again id-ann"; NULL */
	guint asked;         /* questions so far */
	PeopleSource source;
} Company;

Company *company_new(const Employee *employees, gsize count);
void company_free(Company *company);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Company, company_free)
#define COMPANY(...) company_new((const Employee[]){__VA_ARGS__}, sizeof((const Employee[]){__VA_ARGS__}) / sizeof(Employee))

/* GPtrArray of Selector from texts with blanks between. */
GPtrArray *selectors_of(const char *texts);

/* "ann bob", by person_label(), in order; owned by the caller. */
char *people_text(const GPtrArray *people);

#endif
