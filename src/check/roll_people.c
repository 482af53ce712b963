/* What the directory has of the people who were found: amounts that cannot be read, countries without a calendar, lines of managers that go in a circle or lead nowhere,
 * attributes that nobody shows. */
#include "check/roll_call.h"

#include "base/error.h"
#include "base/text.h"

/* Of fewer people nothing can be told. */
#define ENOUGH 3

/* --- authority --- */

static void check_authority(RollCall *call, const Person *person)
{
	const FindingPlace attribute = {call->path, 0, "directory.person.authority"}, rates = {call->policy_path, 0, "rates"};
	const char *house = session_settings(call->session)->currency;
	g_autofree char *stated = person->authority ? text_clean_line(person->authority) : NULL;
	Money authority;
	if (!stated || person->disabled)
		return;
	g_autofree char *about = g_strdup_printf("%s (%s)", person_label(person), stated);
	if (!money_parse(stated, &authority, NULL))
		findings_add(call->findings, FALSE, &attribute, NULL,
		             "amounts such as 5000.00 EUR: what stands there cannot be read as one, so that they count as without authority: %s", about);
	else if (g_strcmp0(authority.currency, house) && !rates_has(call->policy->rates, authority.currency))
		findings_add(call->findings, FALSE, &rates, NULL, "a rate for the currency of each authority: nobody can say whether these are enough: %s", about);
}

/* --- calendars --- */

static gboolean countries_are_meant(const Policy *policy)
{
	for (guint i = 0; i < policy->calendars->len; i++)
		if (((const PolicyCalendar *)policy->calendars->pdata[i])->countries->len)
			return TRUE;
	return FALSE;
}

static gboolean administrations_have_calendars(const Policy *policy)
{
	for (guint i = 0; i < policy->administrations->len; i++)
		if (((const Administration *)policy->administrations->pdata[i])->calendar)
			return TRUE;
	return FALSE;
}

static void check_calendar(RollCall *call, const Person *person)
{
	CalendarBy by;
	const FindingPlace place = {call->policy_path, 0, "calendars"};
	g_autofree char *about = g_strdup_printf("%s (%s)", person_label(person), person->country ? person->country : "no country");
	resolve_calendar_by(&call->source, call->policy, NULL, person, &by);
	if (by == CALENDAR_BY_PEOPLE || by == CALENDAR_BY_COUNTRY || (!person->country && administrations_have_calendars(call->policy)))
		return;
	findings_add(call->findings, FALSE, &place, NULL, "a calendar that names the country of everybody who is asked: the default one is taken for %s", about);
}

/* --- lines of managers --- */

static gint compare_labels(gconstpointer a, gconstpointer b)
{
	return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

/* The people of the circle that the line's end `again` closes, in one order wherever it is entered. */
static void say_circle(RollCall *call, const GPtrArray *line, const Person *again)
{
	const FindingPlace place = {call->path, 0, "directory.person.manager"};
	g_autoptr(GPtrArray) circle = g_ptr_array_new();
	g_autoptr(GString) text = g_string_new(NULL);
	gboolean inside = FALSE;
	for (guint i = 0; i < line->len; i++) {
		const Person *person = line->pdata[i];
		inside = inside || !g_strcmp0(person->directory_id, again->directory_id);
		if (inside)
			g_ptr_array_add(circle, (gpointer)person_label(person));
	}
	g_ptr_array_sort(circle, compare_labels);
	for (guint i = 0; i < circle->len; i++)
		g_string_append_printf(text, "%s%s", i ? " and " : "", (const char *)circle->pdata[i]);
	findings_add(call->findings, FALSE, &place, NULL, "a line of managers that ends: it goes in a circle through %s", text->str);
}

static void say_dangling(RollCall *call, const Person *person)
{
	const FindingPlace place = {call->path, 0, "directory.person.manager"};
	g_autofree char *about = g_strdup_printf("%s (%s)", person_label(person), person->manager_dn);
	findings_add(call->findings, FALSE, &place, NULL, "managers whom the directory knows as people: it does not know that of %s", about);
}

static void check_line(RollCall *call, const Person *person, GHashTable *walked)
{
	g_autoptr(GPtrArray) line = people_list_new();
	g_ptr_array_add(line, person_copy(person));
	for (;;) {
		const Person *last = line->pdata[line->len - 1];
		g_autoptr(GPtrArray) managers = NULL;
		g_autoptr(GError) failure = NULL;
		const FindingPlace place = {call->path, 0, "directory.person.manager"};
		if (!g_hash_table_add(walked, g_strdup(last->directory_id)))
			return; /* and what lies above was walked too */
		if (!call->source.manager(call->source.user_data, last, &managers, NULL, &failure)) {
			roll_unreached(call, &place, NULL, person_label(last), failure);
			return;
		}
		if (!managers->len && last->manager_dn)
			say_dangling(call, last);
		if (managers->len && people_include(line, managers->pdata[0]))
			say_circle(call, line, managers->pdata[0]);
		if (!managers->len || people_include(line, managers->pdata[0]))
			return;
		g_ptr_array_add(line, person_copy(managers->pdata[0]));
	}
}

/* --- attributes that nobody shows --- */

static void say_unseen(RollCall *call, const char *setting, const char *attribute, guint seen)
{
	const FindingPlace place = {call->path, 0, setting};
	if (attribute && !seen)
		findings_add(call->findings, FALSE, &place, attribute, "an attribute that the directory shows: nobody of those found has it (may the account read it?)", NULL);
}

static void check_attributes(RollCall *call, const GPtrArray *people)
{
	const Settings *settings = session_settings(call->session);
	guint enabled = 0, with_uid = 0, with_mail = 0, with_manager = 0;
	for (guint i = 0; i < people->len; i++) {
		const Person *person = people->pdata[i];
		enabled += !person->disabled;
		with_uid += !person->disabled && g_strcmp0(person->uid, person->directory_id); /* which stands for it */
		with_mail += !person->disabled && person->mail;
		with_manager += !person->disabled && person->manager_dn;
	}
	if (enabled < ENOUGH)
		return;
	say_unseen(call, "directory.person.uid", settings->person_uid, with_uid);
	say_unseen(call, "directory.person.mail", settings->person_mail, with_mail);
	say_unseen(call, "directory.person.manager", settings->person_manager, with_manager);
}

/* --- lookups --- */

/* "4100 (anna and bob)". */
static void check_several(RollCall *call, const DirectoryQuestion *question)
{
	const FindingPlace place = {call->path, 0, "directory.lookups"};
	const char *centre = question->fields ? g_hash_table_lookup(question->fields, "cost_centre") : NULL;
	g_autofree char *lookup = g_strdup_printf("lookup(%s)", question->argument);
	g_autoptr(GString) about = g_string_new(centre ? centre : "invoices");
	if (!question->people || question->people->len < 2)
		return;
	for (guint i = 0; i < question->people->len; i++)
		g_string_append_printf(about, "%s%s", i ? " and " : " (", person_label(question->people->pdata[i]));
	g_string_append(about, ")");
	findings_add(call->findings, FALSE, &place, lookup, "one person, where one is meant: it finds several for %s", about->str);
}

/* --- groups, and what else points to people --- */

static void check_strays(RollCall *call, const DirectoryQuestion *question)
{
	const gboolean is_group = question->kind == QUESTION_GROUP;
	const FindingPlace place = {call->path, 0, is_group ? "directory.group" : "directory.lookups"};
	g_autofree char *found = g_strdup_printf("%s(%s)", is_group ? "group" : "lookup", question->argument);
	for (guint i = 0; question->strays && i < question->strays->len; i++)
		findings_add(call->findings, FALSE, &place, found, "members who are people or groups: what stands there is neither: %s", question->strays->pdata[i]);
}

/* --- all of them --- */

static void check_approvers(RollCall *call)
{
	GHashTableIter ladders, approvers;
	gpointer ladder, person;
	g_autoptr(GHashTable) walked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	gboolean by_country = countries_are_meant(call->policy);
	g_hash_table_iter_init(&ladders, call->ladders);
	while (g_hash_table_iter_next(&ladders, NULL, &ladder)) {
		g_hash_table_iter_init(&approvers, ((const LadderCall *)ladder)->approvers);
		while (g_hash_table_iter_next(&approvers, NULL, &person)) {
			check_line(call, person, walked);
			if (by_country)
				check_calendar(call, person);
		}
	}
}

void roll_people(RollCall *call)
{
	g_autoptr(GPtrArray) people = inquiry_people(call->inquiry);
	const GPtrArray *questions = inquiry_questions(call->inquiry);
	check_approvers(call);
	for (guint i = 0; i < people->len; i++)
		check_authority(call, people->pdata[i]);
	for (guint i = 0; i < questions->len; i++) {
		if (((const DirectoryQuestion *)questions->pdata[i])->kind == QUESTION_LOOKUP)
			check_several(call, questions->pdata[i]);
		check_strays(call, questions->pdata[i]);
	}
	check_attributes(call, people);
}
