/* Disabled and mail-less people drop out, then the requester, then who approved an earlier stage; who lacks the authority is replaced by the first manager up the line
 * who has it; nobody left: the fallback. Every step is kept for `explain`. */
#include "domain/sifting.h"

#include "domain/step.h"

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
	return source->takes_mail(source->user_data, person->mail) ? eligibility : NOT_ELIGIBLE_NO_MAIL;
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
	for (guint i = 0; i < found->len; i++) {
		const Person *person = found->pdata[i];
		Eligibility eligibility = resolve_eligibility(sifting->source, person, sifting->terms);
		if (eligibility == ELIGIBLE)
			admit(sifting->resolution, person);
		else if (eligibility != NOT_ELIGIBLE_AUTHORITY)
			drop(sifting->resolution, person, eligibility);
		else if (!climb_to_authority(sifting, person, error))
			return FALSE;
	}
	return TRUE;
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

/* Follows the deputies to the first who is there: *found NULL = the line ends, or comes back to somebody. */
static gboolean follow_deputies(const PeopleSource *source, const Person *absent, gint64 at, Person **found, GError **error)
{
	g_autoptr(GPtrArray) line = people_list_new();
	g_ptr_array_add(line, person_copy(absent));
	while (line->len <= MAX_DEPUTIES) {
		const Absence *absence = person_absence_at(line->pdata[line->len - 1], at);
		g_autoptr(GPtrArray) answer = NULL;
		if (!absence)
			break;
		if (!absence->deputy)
			return TRUE;
		if (!source->user(source->user_data, absence->deputy, &answer, NULL, error))
			return FALSE;
		if (!answer->len || people_include(line, answer->pdata[0]))
			return TRUE;
		g_ptr_array_add(line, person_copy(answer->pdata[0]));
	}
	if (line->len > 1 && line->len <= MAX_DEPUTIES)
		*found = g_ptr_array_steal_index(line, line->len - 1);
	return TRUE;
}

gboolean resolve_deputy(const PeopleSource *source, const Person *absent, gint64 at, const GPtrArray *fallback, const SelectorContext *context,
                        const EligibilityTerms *terms, Person **deputy, GError **error)
{
	g_autoptr(Person) found = NULL;
	*deputy = NULL;
	if (!follow_deputies(source, absent, at, &found, error))
		return FALSE;
	if (found && resolve_eligibility(source, found, terms) == ELIGIBLE) {
		*deputy = g_steal_pointer(&found);
		return TRUE;
	}
	g_autoptr(Resolution) others = resolve_suitable(source, fallback, context, terms, error);
	if (!others)
		return FALSE;
	g_autoptr(GPtrArray) but = g_ptr_array_new();
	g_ptr_array_add(but, absent->directory_id);
	const Person *first = resolve_present(others->approvers, at, but);
	*deputy = first ? person_copy(first) : NULL;
	return TRUE;
}
