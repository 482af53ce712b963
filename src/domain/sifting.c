/* Disabled and mail-less people drop out, then the requester, then who approved an earlier stage; who lacks the authority is replaced by the first manager up the line
 * who has it; nobody left: the fallback. Every step is kept for `explain`. */
#include "domain/sifting.h"

#include "base/instant.h"
#include "domain/step.h"

#include <string.h>

#define MAX_CLIMB 20
#define MAX_DEPUTIES 20

void resolution_free(Resolution *resolution)
{
	if (!resolution)
		return;
	g_ptr_array_unref(resolution->approvers);
	g_ptr_array_unref(resolution->dropped);
	g_ptr_array_unref(resolution->steps);
	g_free(resolution);
}

static void dropped_free(gpointer data)
{
	DroppedPerson *dropped = data;
	g_free(dropped->who);
	g_free(dropped);
}

static Resolution *resolution_new(void)
{
	Resolution *resolution = g_new0(Resolution, 1);
	resolution->approvers = people_list_new();
	resolution->dropped = g_ptr_array_new_with_free_func(dropped_free);
	resolution->steps = g_ptr_array_new_with_free_func(g_free);
	resolution->as_of = INSTANT_NONE;
	return resolution;
}

/* One sifting under way. */
typedef struct {
	const PeopleSource *source;
	const SelectorContext *context;
	const EligibilityTerms *terms;
	Resolution *resolution;
} Sifting;

static void admit(Resolution *resolution, const Person *person)
{
	if (!people_include(resolution->approvers, person))
		g_ptr_array_add(resolution->approvers, person_copy(person));
}

static void drop(Resolution *resolution, const Person *person, Eligibility why)
{
	DroppedPerson *dropped = g_new0(DroppedPerson, 1);
	dropped->who = g_strdup(person_label(person));
	dropped->why = why;
	resolution->no_rate = resolution->no_rate || why == NOT_ELIGIBLE_NO_RATE;
	g_ptr_array_add(resolution->dropped, dropped);
}

Eligibility resolve_eligibility(const PeopleSource *source, const Person *person, const EligibilityTerms *terms)
{
	Eligibility eligibility = person_eligibility(person, terms);
	if (eligibility == NOT_ELIGIBLE_DISABLED || eligibility == NOT_ELIGIBLE_NO_MAIL || !source->takes_mail)
		return eligibility;
	return source->takes_mail(person->mail) ? eligibility : NOT_ELIGIBLE_NO_MAIL;
}

/* Whether the climb ends at this manager, whose turn it is: TRUE where they take over, or where nobody can say. */
static gboolean takes_over(const Sifting *sifting, const Person *person, const Person *manager)
{
	const Eligibility eligibility = resolve_eligibility(sifting->source, manager, sifting->terms);
	if (eligibility == NOT_ELIGIBLE_NO_RATE)
		drop(sifting->resolution, manager, eligibility);
	if (eligibility != ELIGIBLE)
		return eligibility == NOT_ELIGIBLE_NO_RATE;
	g_ptr_array_add(sifting->resolution->steps, step_new(STEP_UP_THE_LINE, person_label(person), person_label(manager), NULL));
	admit(sifting->resolution, manager);
	return TRUE;
}

/* The first manager up the line who may decide where `person` lacks the authority. Nobody: the line ended, or looped. */
static gboolean climb_to_authority(const Sifting *sifting, const Person *person, GError **error)
{
	g_autoptr(GPtrArray) line = people_list_new();
	g_ptr_array_add(line, person_copy(person));
	while (line->len <= MAX_CLIMB) {
		g_autoptr(GPtrArray) managers = NULL;
		if (!sifting->source->manager(sifting->source->user_data, line->pdata[line->len - 1], &managers, sifting->resolution->steps, error))
			return FALSE;
		if (!managers->len || people_include(line, managers->pdata[0]))
			break;
		if (takes_over(sifting, person, managers->pdata[0]))
			return TRUE;
		g_ptr_array_add(line, person_copy(managers->pdata[0]));
	}
	drop(sifting->resolution, person, NOT_ELIGIBLE_LINE);
	return TRUE;
}

static gboolean sift(const Sifting *sifting, const GPtrArray *found, GError **error)
{
	gboolean known = TRUE;
	for (guint i = 0; i < found->len; i++) {
		const Person *person = found->pdata[i];
		Eligibility eligibility = resolve_eligibility(sifting->source, person, sifting->terms);
		if (eligibility == ELIGIBLE)
			admit(sifting->resolution, person);
		else if (eligibility != NOT_ELIGIBLE_AUTHORITY)
			drop(sifting->resolution, person, eligibility);
		else
			known = climb_to_authority(sifting, person, known ? error : NULL) && known;
	}
	return known;
}

static gboolean find_and_sift(const Sifting *sifting, const GPtrArray *selectors, GError **error)
{
	g_autoptr(GPtrArray) found = NULL;
	return resolve_selectors(sifting->source, selectors, sifting->context, &found, sifting->resolution->steps, error) && sift(sifting, found, error);
}

Resolution *resolve_suitable(const PeopleSource *source, const GPtrArray *selectors, const SelectorContext *context, const EligibilityTerms *terms, GError **error)
{
	g_autoptr(Resolution) resolution = resolution_new();
	const Sifting sifting = {source, context, terms, resolution};
	return find_and_sift(&sifting, selectors, error) ? g_steal_pointer(&resolution) : NULL;
}

Resolution *resolve_approvers(const PeopleSource *source, const StageRule *rule, const SelectorContext *context, const EligibilityTerms *terms, GError **error)
{
	g_autoptr(Resolution) resolution = resolve_suitable(source, rule->approvers, context, terms, error);
	if (!resolution || resolution->approvers->len || !rule->fallback || !rule->fallback->len)
		return g_steal_pointer(&resolution);
	const Sifting sifting = {source, context, terms, resolution};
	resolution->fallback = TRUE;
	return find_and_sift(&sifting, rule->fallback, error) ? g_steal_pointer(&resolution) : NULL;
}

/* --- who stands in --- */

static gboolean is_one_of(const GPtrArray *ids, const char *id)
{
	return ids && g_ptr_array_find_with_equal_func((GPtrArray *)ids, id, g_str_equal, NULL);
}

const Person *resolve_present(const GPtrArray *people, gint64 at, const GPtrArray *but)
{
	for (guint i = 0; i < people->len; i++) {
		const Person *person = people->pdata[i];
		if (!person_absence_at(person, at) && !is_one_of(but, person->directory_id))
			return person;
	}
	return NULL;
}

/* Somebody whom a deputy is called: a uid, an address, or where the directory names them by DN, that. */
static gboolean ask_for_deputy(const PeopleSource *source, const char *name, GPtrArray *deputies, GError **error)
{
	g_autoptr(GPtrArray) answer = NULL;
	if (!source->user(source->user_data, name, &answer, NULL, error))
		return FALSE;
	if (!answer->len && strchr(name, '@')) {
		g_clear_pointer(&answer, g_ptr_array_unref);
		if (!source->mail(source->user_data, name, &answer, NULL, error))
			return FALSE;
	}
	if (answer->len && !people_include(deputies, answer->pdata[0]))
		g_ptr_array_add(deputies, person_copy(answer->pdata[0]));
	return TRUE;
}

/* Who has that name stands in a directory as a manager does. */
static gboolean ask_for_usual(const PeopleSource *source, const Person *absent, GPtrArray *deputies, GError **error)
{
	if (!absent->deputy && !absent->deputy_dn)
		return TRUE;
	if (absent->deputy)
		return ask_for_deputy(source, absent->deputy, deputies, error);
	g_autoptr(GPtrArray) answer = NULL;
	g_autoptr(Person) under = person_new();
	under->dn = g_strdup(absent->dn);
	under->manager_dn = g_strdup(absent->deputy_dn);
	if (!source->manager(source->user_data, under, &answer, NULL, error))
		return FALSE;
	if (answer->len && !people_include(deputies, answer->pdata[0]))
		g_ptr_array_add(deputies, person_copy(answer->pdata[0]));
	return TRUE;
}

static gboolean ask_for_named(const PeopleSource *source, const Person *absent, gint64 at, GPtrArray *deputies, GError **error)
{
	for (guint i = 0; absent->absences && i < absent->absences->len; i++) {
		const Absence *absence = &g_array_index(absent->absences, Absence, i);
		if (absence->from <= at && at < absence->until && absence->deputy && !ask_for_deputy(source, absence->deputy, deputies, error))
			return FALSE;
	}
	return TRUE;
}

gboolean resolve_deputies_of(const PeopleSource *source, const Person *absent, gint64 at, GPtrArray **deputies, GError **error)
{
	g_autoptr(GPtrArray) found = people_list_new();
	if (!ask_for_named(source, absent, at, found, error) || !ask_for_usual(source, absent, found, error))
		return FALSE;
	*deputies = g_steal_pointer(&found);
	return TRUE;
}

/* One search for who stands in. */
typedef struct {
	const PeopleSource *source;
	const EligibilityTerms *terms;
	gint64 at;
	GPtrArray *met; /* of Person: each is asked about once */
	Person *found;
} Following;

static gboolean follow_deputies(Following *following, const Person *absent, GError **error);

/* The first of them who is there and may; in the place of one who is absent too, that one's. */
static gboolean take_first(Following *following, const GPtrArray *deputies, GError **error)
{
	for (guint i = 0; !following->found && i < deputies->len; i++) {
		const Person *deputy = deputies->pdata[i];
		if (people_include(following->met, deputy) || following->met->len > MAX_DEPUTIES)
			continue;
		g_ptr_array_add(following->met, person_copy(deputy));
		if (person_absence_at(deputy, following->at)) {
			if (!follow_deputies(following, deputy, error))
				return FALSE;
		} else if (resolve_eligibility(following->source, deputy, following->terms) == ELIGIBLE) {
			following->found = person_copy(deputy);
		}
	}
	return TRUE;
}

/* The usual one is asked about only where none of those named stands in. */
static gboolean follow_deputies(Following *following, const Person *absent, GError **error)
{
	g_autoptr(GPtrArray) named = people_list_new();
	g_autoptr(GPtrArray) usual = people_list_new();
	if (!ask_for_named(following->source, absent, following->at, named, error) || !take_first(following, named, error))
		return FALSE;
	return following->found || (ask_for_usual(following->source, absent, usual, error) && take_first(following, usual, error));
}

gboolean resolve_deputy(const PeopleSource *source, const Person *absent, gint64 at, const GPtrArray *fallback, const SelectorContext *context,
                        const EligibilityTerms *terms, Person **deputy, GError **error)
{
	g_autoptr(GPtrArray) met = people_list_new();
	Following following = {source, terms, at, met, NULL};
	g_ptr_array_add(met, person_copy(absent));
	gboolean known = follow_deputies(&following, absent, error);
	*deputy = known ? following.found : NULL;
	if (!known)
		person_free(following.found);
	if (!known || *deputy)
		return known;
	g_autoptr(Resolution) others = resolve_suitable(source, fallback, context, terms, error);
	if (!others)
		return FALSE;
	g_autoptr(GPtrArray) but = g_ptr_array_new();
	g_ptr_array_add(but, absent->directory_id);
	const Person *first = resolve_present(others->approvers, at, but);
	*deputy = first ? person_copy(first) : NULL;
	return TRUE;
}

static gboolean add_deputies(const PeopleSource *source, GPtrArray *people, const SelectorContext *context, const EligibilityTerms *terms, gint64 at, GError **error)
{
	g_autoptr(GPtrArray) nobody = g_ptr_array_new();
	const guint found = people->len;
	for (guint i = 0; i < found; i++) {
		g_autoptr(Person) deputy = NULL;
		const Person *person = people->pdata[i];
		if (person_absence_at(person, at) && !resolve_deputy(source, person, at, nobody, context, terms, &deputy, error))
			return FALSE;
		if (deputy && !people_include(people, deputy))
			g_ptr_array_add(people, g_steal_pointer(&deputy));
	}
	return TRUE;
}

Resolution *resolve_added(const PeopleSource *source, const GPtrArray *selectors, const SelectorContext *context, const EligibilityTerms *terms, gint64 at, GError **error)
{
	g_autoptr(Resolution) resolution = resolve_suitable(source, selectors, context, terms, error);
	return resolution && add_deputies(source, resolution->approvers, context, terms, at, error) ? g_steal_pointer(&resolution) : NULL;
}
