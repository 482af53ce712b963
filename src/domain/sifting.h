/* Who of the people found may decide, and who stands in for whom (DESIGN.md 3, "Approver resolution" and rule 6). Pure. */
#ifndef DOMAIN_SIFTING_H
#define DOMAIN_SIFTING_H

#include "domain/resolve.h"

/* Somebody who was found and may not decide. */
typedef struct {
	char *who; /* uid, else address, else directory id */
	Eligibility why;
} DroppedPerson;

/* Who was found, and on what way. */
typedef struct {
	GPtrArray *approvers; /* of Person: who may decide */
	GPtrArray *dropped;   /* of DroppedPerson */
	GPtrArray *steps;     /* of char *, steps (domain/step.h): each search and its answer, what each selector came to, each climb */
	gboolean fallback;    /* found only by the fallback */
	gint64 as_of;         /* when the directory said what it goes by, the oldest of it; INSTANT_NONE: not known. Set by the service, as the next */
	gboolean stale;       /* some of that is its last good answer: it did not say now */
	gboolean no_rate;     /* an authority could not be compared: who may decide is not known */
} Resolution;
void resolution_free(Resolution *resolution);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Resolution, resolution_free)

/* Who may decide at a stage: those whom its selectors find, sifted; nobody left: its fallback, sifted alike. NULL = unknown. `terms` is what the sifting goes by. */
Resolution *resolve_approvers(const PeopleSource *source, const StageRule *rule, const SelectorContext *context, const EligibilityTerms *terms, GError **error);

/* The same for selectors of a rung (`add`, `reassign`) or others, without a fallback. */
Resolution *resolve_suitable(const PeopleSource *source, const GPtrArray *selectors, const SelectorContext *context, const EligibilityTerms *terms, GError **error);

/* Who comes beside an approver by the selectors of a rung's `add`: the same, and for each who is absent at `at` the deputy that is theirs; nobody of a fallback, since the approver is asked
 * still. */
Resolution *resolve_added(const PeopleSource *source, const GPtrArray *selectors, const SelectorContext *context, const EligibilityTerms *terms, gint64 at, GError **error);

/* Whether that person may decide: person_eligibility(), and an address that the source takes. */
Eligibility resolve_eligibility(const PeopleSource *source, const Person *person, const EligibilityTerms *terms);

/* Who stands in at `at` for somebody absent then: the first of their deputies who is there and may decide; in the place of one who is absent too, that one's deputies, and
 * so on (each asked about once); else the first of `fallback` (selectors) who is there and may. *deputy: a copy, or NULL = nobody. FALSE = unknown. */
gboolean resolve_deputy(const PeopleSource *source, const Person *absent, gint64 at, const GPtrArray *fallback, const SelectorContext *context,
                        const EligibilityTerms *terms, Person **deputy, GError **error);

/* Whom they name themselves, there or not: the deputies of their absences at `at`, then their usual one. GPtrArray of Person, owned by the caller. FALSE = unknown. */
gboolean resolve_deputies_of(const PeopleSource *source, const Person *absent, gint64 at, GPtrArray **deputies, GError **error);

/* The first of `people` (of Person) who is not absent at `at` and whose directory id is not in `but` (of char *, may be NULL); borrowed, NULL = nobody. */
const Person *resolve_present(const GPtrArray *people, gint64 at, const GPtrArray *but);

#endif
