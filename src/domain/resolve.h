/* From selectors to people (DESIGN.md 3, "Approver resolution"; who of them may decide: domain/sifting.h). Pure: whom to ask is a PeopleSource, so that the directory, a
 * file of people and the tests answer the same questions. */
#ifndef DOMAIN_RESOLVE_H
#define DOMAIN_RESOLVE_H

#include "domain/invoice.h"
#include "domain/person.h"
#include "domain/policy.h"

/* What a selector may refer to. All borrowed, NULL where there is none. */
typedef struct {
	const InvoiceFacts *facts;
	const char *cost_centre; /* the one that {cost_centre} means; NULL: the invoice's first */
	const Person *approver;  /* whom `approver` means */
} SelectorContext;

/* Somebody who can be asked who is who. Each question but the last: TRUE = the whole answer is known, *people (GPtrArray of Person, perhaps empty, a reference
 * owned by the caller, shared and not to be changed); FALSE = unknown, with an error that names the question. `steps` (may be NULL) gets an owned line for each search. */
typedef struct {
	gboolean (*user)(gpointer user_data, const char *uid, GPtrArray **people, GPtrArray *steps, GError **error);
	gboolean (*group)(gpointer user_data, const char *name, GPtrArray **people, GPtrArray *steps, GError **error);
	gboolean (*mail)(gpointer user_data, const char *address, GPtrArray **people, GPtrArray *steps, GError **error);
	gboolean (*again)(gpointer user_data, const char *directory_id, GPtrArray **people, GPtrArray *steps, GError **error);
	/* A lookup whose field the invoice lacks finds nobody. */
	gboolean (*lookup)(gpointer user_data, const char *name, const SelectorContext *context, GPtrArray **people, GPtrArray *steps, GError **error);
	gboolean (*manager)(gpointer user_data, const Person *person, GPtrArray **people, GPtrArray *steps, GError **error);
	/* FALSE: no server of today takes mail for that address. NULL: every address that is one will do. */
	gboolean (*takes_mail)(const char *address);
	gboolean is_final; /* whoever it does not have is not there: a file, not a directory, which may be mistaken for once */
	gpointer user_data;
} PeopleSource;

/* The people a selector means, each once, in the order found: GPtrArray of Person, owned by the caller, not to be changed. FALSE = unknown. A line of managers that
 * ends or loops before the level wanted gives nobody; an address that nobody has stands for itself ("mail:…"); `approver` is as the source has them
 * now, or where it has them no more, as the context does: who their manager is, is unknown then where that does not say. */
gboolean resolve_selector(const PeopleSource *source, const Selector *selector, const SelectorContext *context, GPtrArray **people, GPtrArray *steps,
                          GError **error);

/* The same for a list of selectors (NULL: nobody). */
gboolean resolve_selectors(const PeopleSource *source, const GPtrArray *selectors, const SelectorContext *context, GPtrArray **people, GPtrArray *steps,
                           GError **error);

/* Whose calendar (DESIGN.md 2): the first whose `people` include the person, else the first that holds their country, else the administration's (NULL: none), else the
 * default. Borrowed from the policy. A selector that cannot be answered now includes nobody. */
Calendar *resolve_calendar(const PeopleSource *source, const Policy *policy, const Administration *administration, const Person *person);

/* The same, with what it goes by. */
typedef enum { CALENDAR_BY_PEOPLE, CALENDAR_BY_COUNTRY, CALENDAR_BY_ADMINISTRATION, CALENDAR_BY_DEFAULT } CalendarBy;
Calendar *resolve_calendar_by(const PeopleSource *source, const Policy *policy, const Administration *administration, const Person *person, CalendarBy *by);
const char *calendar_by_name(CalendarBy by); /* "people", "country", "administration", "default" */

/* TRUE where the list (of Person) holds that person, by directory id. */
gboolean people_include(const GPtrArray *people, const Person *person);
/* TRUE where both lists (of Person) hold the same people. */
gboolean people_are_same(const GPtrArray *a, const GPtrArray *b);
/* A new list that frees its people. */
GPtrArray *people_list_new(void);
/* uid, else address, else directory id: borrowed. */
const char *person_label(const Person *person);

#endif
