/* A company in a file. Everybody whom a line refers to must stand in it; answers are worked out once and kept. */
#include "directory/roster.h"

#include "base/error.h"
#include "base/money.h"
#include "base/text.h"
#include "codec/idn.h"
#include "config/json_records.h"
#include "directory/language_tags.h"

#include <string.h>

/* As it was written: dates wait for the zone of the person. */
typedef struct {
	Date from_date, until_date; /* DATE_NONE: the instant counts */
	gint64 from, until;
	char *deputy; /* NULL */
} Away;

typedef struct {
	Person *person;
	guint number;      /* of the line in the file */
	char *uid, *mail;  /* folded; mail NULL = none */
	GPtrArray *groups; /* of char *, folded */
	Json *lookups;     /* name -> [patterns]; NULL */
	GArray *away;      /* of Away */
} Line;

struct Roster {
	GPtrArray *lines;     /* of Line */
	GHashTable *by_uid;   /* folded uid -> Line */
	GHashTable *answers;  /* question -> GPtrArray of Person */
};

static const JsonMember absent_members[] = {
	{.name = "from", .type = MEMBER_TEXT, .required = TRUE},
	{.name = "until", .type = MEMBER_TEXT, .required = TRUE},
	{.name = "deputy", .type = MEMBER_TEXT},
	{0},
};

static const JsonMember person_members[] = {
	{.name = "uid", .type = MEMBER_TEXT, .required = TRUE},
	{.name = "name", .type = MEMBER_TEXT},
	{.name = "mail", .type = MEMBER_TEXT},
	{.name = "mobile", .type = MEMBER_TEXT},
	{.name = "manager", .type = MEMBER_TEXT},
	{.name = "country", .type = MEMBER_TEXT},
	{.name = "language", .type = MEMBER_TEXT},
	{.name = "authority", .type = MEMBER_TEXT},
	{.name = "groups", .type = MEMBER_TEXTS},
	{.name = "lookups", .type = MEMBER_TEXTS_BY_NAME},
	{.name = "disabled", .type = MEMBER_FLAG},
	{.name = "absent", .type = MEMBER_OBJECTS, .members = absent_members},
	{0},
};

static char *fold(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	return g_utf8_casefold(valid, -1);
}

static void away_clear(gpointer away)
{
	g_free(((Away *)away)->deputy);
}

static void line_free(gpointer data)
{
	Line *line = data;
	person_free(line->person);
	g_free(line->uid);
	g_free(line->mail);
	g_ptr_array_unref(line->groups);
	js_unref(line->lookups);
	g_array_unref(line->away);
	g_free(line);
}

void roster_free(Roster *roster)
{
	if (!roster)
		return;
	g_hash_table_unref(roster->answers);
	g_hash_table_unref(roster->by_uid);
	g_ptr_array_unref(roster->lines);
	g_free(roster);
}

/* --- reading --- */

typedef struct {
	Roster *roster;
	const char *origin;
	Problems *problems;
	const JsonRecord *record;
} Reading;

static void complain(const Reading *reading, const char *setting, const char *found, const char *wanted)
{
	problems_add(reading->problems, TRUE, reading->origin, reading->record->line, setting, found, "%s", wanted);
}

static char *read_text(const Reading *reading, const char *name)
{
	const char *text = json_record_text(reading->record->json, name);
	return text ? text_clean_or_null(text) : NULL;
}

static char *read_mail(const Reading *reading)
{
	g_autofree char *mail = read_text(reading, "mail");
	if (mail && !text_is_mail_address(mail))
		complain(reading, "mail", mail, "a mail address");
	return g_steal_pointer(&mail);
}

static char *read_country(const Reading *reading)
{
	g_autofree char *country = read_text(reading, "country");
	if (!country)
		return NULL;
	if (strlen(country) != 2 || !g_ascii_isalpha(country[0]) || !g_ascii_isalpha(country[1]))
		complain(reading, "country", country, "two letters of ISO 3166-1 such as NL");
	return g_ascii_strup(country, -1);
}

static char *read_language(const Reading *reading)
{
	g_autofree char *language = read_text(reading, "language");
	char *liked = language ? language_tags_by_liking(language) : NULL;
	if (language && !liked)
		complain(reading, "language", language, "a language such as nl");
	return liked;
}

static char *read_authority(const Reading *reading)
{
	g_autofree char *authority = read_text(reading, "authority");
	Money money;
	if (authority && !money_parse(authority, &money, NULL))
		complain(reading, "authority", authority, "an amount such as 5000.00 EUR");
	return g_steal_pointer(&authority);
}

/* A date or an instant; *instant is the date's beginning in UTC, or `end` of it. */
static gboolean read_moment(const Json *json, const char *name, gboolean end, Date *date, gint64 *instant)
{
	const char *text = json_record_text(json, name);
	*date = DATE_NONE;
	if (instant_parse(text, instant, NULL))
		return TRUE;
	if (!date_parse(text, date, NULL))
		return FALSE;
	*instant = ((gint64)date->day + (end ? 1 : 0)) * 86400;
	return TRUE;
}

static void read_absence(const Reading *reading, Line *line, const Json *json, gsize index)
{
	static const char wanted[] = "a time such as 2026-12-21T08:00:00Z, or a date such as 2026-12-21";
	g_autofree char *from = g_strdup_printf("absent[%" G_GSIZE_FORMAT "].from", index);
	g_autofree char *until = g_strdup_printf("absent[%" G_GSIZE_FORMAT "].until", index);
	Away away = {0};
	gboolean has_from = read_moment(json, "from", FALSE, &away.from_date, &away.from);
	gboolean has_until = read_moment(json, "until", TRUE, &away.until_date, &away.until);
	if (!has_from)
		complain(reading, from, json_record_text(json, "from"), wanted);
	if (!has_until)
		complain(reading, until, json_record_text(json, "until"), wanted);
	if (has_from && has_until && away.until <= away.from)
		complain(reading, until, json_record_text(json, "until"), "a time after that of \"from\"");
	away.deputy = g_strdup(json_record_text(json, "deputy"));
	g_array_append_val(line->away, away);
}

static Line *read_person(const Reading *reading)
{
	const Json *json = reading->record->json;
	Line *line = g_new0(Line, 1);
	line->number = reading->record->line;
	line->groups = g_ptr_array_new_with_free_func(g_free);
	line->away = g_array_new(FALSE, FALSE, sizeof(Away));
	g_array_set_clear_func(line->away, away_clear);
	line->lookups = js_object_get(json, "lookups") ? js_ref(js_object_get(json, "lookups")) : NULL;
	Person *person = line->person = person_new();
	person->uid = read_text(reading, "uid");
	person->directory_id = g_strdup(person->uid);
	person->name = read_text(reading, "name");
	if (!person->name)
		person->name = g_strdup(person->uid);
	person->mail = read_mail(reading);
	person->mobile = read_text(reading, "mobile");
	line->uid = person->uid ? fold(person->uid) : NULL;
	line->mail = person->mail ? fold(person->mail) : NULL;
	person->manager_dn = read_text(reading, "manager");
	person->country = read_country(reading);
	person->language = read_language(reading);
	person->authority = read_authority(reading);
	person->disabled = js_object_get_boolean(json, "disabled");
	const Json *groups = js_object_get(json, "groups"), *absent = js_object_get(json, "absent");
	for (gsize i = 0; i < js_array_length(groups); i++)
		g_ptr_array_add(line->groups, fold(js_string(js_array_get(groups, i))));
	for (gsize i = 0; i < js_array_length(absent); i++)
		read_absence(reading, line, js_array_get(absent, i), i);
	return line;
}

/* The uid is what everything refers to, so a second one of it is left out. */
static void take_person(const Reading *reading)
{
	Line *line = read_person(reading);
	const Line *other = line->uid ? g_hash_table_lookup(reading->roster->by_uid, line->uid) : NULL;
	if (line->uid && !other) {
		g_hash_table_insert(reading->roster->by_uid, line->uid, line);
		g_ptr_array_add(reading->roster->lines, line);
		return;
	}
	g_autofree char *wanted = other ? g_strdup_printf("a uid that nobody else has (line %u has it)", other->number) : g_strdup("a uid");
	complain(reading, "uid", line->person->uid, wanted);
	line_free(line);
}

static Line *find_uid(const Roster *roster, const char *uid)
{
	g_autofree char *key = fold(uid);
	return g_hash_table_lookup(roster->by_uid, key);
}

static void check_reference(const Reading *reading, guint number, const char *setting, const char *uid)
{
	if (!uid || find_uid(reading->roster, uid))
		return;
	g_autoptr(GPtrArray) uids = g_ptr_array_new();
	for (guint i = 0; i < reading->roster->lines->len; i++)
		g_ptr_array_add(uids, ((const Line *)reading->roster->lines->pdata[i])->person->uid);
	g_ptr_array_add(uids, NULL);
	const char *nearest = text_nearest(uid, (const char *const *)uids->pdata);
	problems_add(reading->problems, TRUE, reading->origin, number, setting, uid, "the uid of somebody in this file%s%s%s", nearest ? ": did you mean \"" : "",
	             nearest ? nearest : "", nearest ? "\"?" : "");
}

static void check_deputy(const Reading *reading, const Line *line, guint index)
{
	const Away *away = &g_array_index(line->away, Away, index);
	g_autofree char *setting = g_strdup_printf("absent[%u].deputy", index);
	check_reference(reading, line->number, setting, away->deputy);
	if (away->deputy && find_uid(reading->roster, away->deputy) == line)
		problems_add(reading->problems, TRUE, reading->origin, line->number, setting, away->deputy, "somebody else");
}

static void check_references(const Reading *reading)
{
	for (guint i = 0; i < reading->roster->lines->len; i++) {
		const Line *line = reading->roster->lines->pdata[i];
		check_reference(reading, line->number, "manager", line->person->manager_dn);
		for (guint j = 0; j < line->away->len; j++)
			check_deputy(reading, line, j);
	}
}

static const Zone *no_zone(const Person *person, gpointer user_data)
{
	(void)person;
	(void)user_data;
	return NULL;
}

static void take_records(Roster *roster, const GArray *records, const char *origin, Problems *problems)
{
	Reading reading = {roster, origin, problems, NULL};
	for (guint i = 0; i < records->len; i++) {
		reading.record = &g_array_index(records, JsonRecord, i);
		take_person(&reading);
	}
	check_references(&reading);
	roster_place_absences(roster, no_zone, NULL);
}

static Roster *roster_new(void)
{
	Roster *roster = g_new0(Roster, 1);
	roster->lines = g_ptr_array_new_with_free_func(line_free);
	roster->by_uid = g_hash_table_new(g_str_hash, g_str_equal);
	roster->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	return roster;
}

Roster *roster_parse(const char *text, gsize length, const char *origin, Problems *problems)
{
	g_autoptr(Roster) roster = roster_new();
	g_autoptr(GArray) records = json_records_parse(text, length, origin, person_members, problems);
	take_records(roster, records, origin, problems);
	return problems_has_errors(problems) ? NULL : g_steal_pointer(&roster);
}

Roster *roster_read(const char *path, GError **error)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Roster) roster = roster_new();
	g_autofree char *origin = text_clean_line(path);
	g_autoptr(GArray) records = json_records_read(path, person_members, problems, error);
	if (!records)
		return NULL;
	take_records(roster, records, origin, problems);
	if (!problems_has_errors(problems))
		return g_steal_pointer(&roster);
	g_autofree char *text = problems_format(problems);
	error_set(error, ERROR_INVALID, "%s", text);
	return NULL;
}

/* --- what it says --- */

guint roster_count(const Roster *roster)
{
	return roster->lines->len;
}

const Person *roster_person(const Roster *roster, guint index)
{
	return ((const Line *)roster->lines->pdata[index])->person;
}

static gint64 place(const Zone *zone, Date date, gint64 instant, int days)
{
	return zone && date_is_set(date) ? zone_instant(zone, date_add_days(date, days), 0) : instant;
}

void roster_place_absences(Roster *roster, RosterZone zone_of, gpointer user_data)
{
	g_hash_table_remove_all(roster->answers);
	for (guint i = 0; i < roster->lines->len; i++) {
		Line *line = roster->lines->pdata[i];
		const Zone *zone = line->away->len ? zone_of(line->person, user_data) : NULL;
		g_clear_pointer(&line->person->absences, g_array_unref);
		for (guint j = 0; j < line->away->len; j++) {
			const Away *away = &g_array_index(line->away, Away, j);
			person_add_absence(line->person, place(zone, away->from_date, away->from, 0), place(zone, away->until_date, away->until, 1), away->deputy);
		}
	}
}

void roster_know_as(Roster *roster, const char *uid, const char *directory_id)
{
	Line *line = find_uid(roster, uid);
	if (!line || !strcmp(line->person->directory_id, directory_id))
		return;
	g_hash_table_remove_all(roster->answers);
	g_free(line->person->directory_id);
	line->person->directory_id = g_strdup(directory_id);
}

typedef gboolean (*LineFits)(const Line *line, const char *word, const char *what);

static GPtrArray *answer(Roster *roster, char *question, LineFits fits, const char *word, const char *what)
{
	g_autofree char *key = question;
	GPtrArray *people = g_hash_table_lookup(roster->answers, key);
	if (people)
		return g_ptr_array_ref(people);
	people = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
	for (guint i = 0; i < roster->lines->len; i++) {
		const Line *line = roster->lines->pdata[i];
		if (fits(line, word, what))
			g_ptr_array_add(people, person_copy(line->person));
	}
	g_hash_table_insert(roster->answers, g_steal_pointer(&key), g_ptr_array_ref(people));
	return people;
}

static gboolean has_uid(const Line *line, const char *uid, const char *unused)
{
	(void)unused;
	return !strcmp(line->uid, uid);
}

static gboolean has_mail(const Line *line, const char *address, const char *unused)
{
	(void)unused;
	return !g_strcmp0(line->mail, address);
}

static gboolean has_id(const Line *line, const char *directory_id, const char *unused)
{
	(void)unused;
	return !strcmp(line->person->directory_id, directory_id);
}

static gboolean is_member(const Line *line, const char *group, const char *unused)
{
	(void)unused;
	return g_ptr_array_find_with_equal_func(line->groups, group, g_str_equal, NULL);
}

typedef struct {
	const char *lookup, *cost_centre;
	gboolean fits;
} PatternSearch;

static void try_patterns(const char *name, Json *patterns, gpointer user_data)
{
	PatternSearch *search = user_data;
	g_autofree char *folded = fold(name);
	if (strcmp(folded, search->lookup))
		return;
	for (gsize i = 0; i < js_array_length(patterns) && !search->fits; i++)
		search->fits = text_matches(js_string(js_array_get(patterns, i)), search->cost_centre);
}

static gboolean is_found_by(const Line *line, const char *lookup, const char *cost_centre)
{
	PatternSearch search = {lookup, cost_centre, FALSE};
	if (line->lookups && cost_centre)
		js_object_foreach(line->lookups, try_patterns, &search);
	return search.fits;
}

GPtrArray *roster_user(Roster *roster, const char *uid)
{
	g_autofree char *folded = fold(uid);
	return answer(roster, g_strconcat("user\n", folded, NULL), has_uid, folded, NULL);
}

GPtrArray *roster_mail(Roster *roster, const char *address)
{
	g_autofree char *folded = fold(address);
	return answer(roster, g_strconcat("mail\n", folded, NULL), has_mail, folded, NULL);
}

GPtrArray *roster_group(Roster *roster, const char *name)
{
	g_autofree char *folded = fold(name);
	return answer(roster, g_strconcat("group\n", folded, NULL), is_member, folded, NULL);
}

GPtrArray *roster_lookup(Roster *roster, const char *lookup, const char *cost_centre)
{
	g_autofree char *folded = fold(lookup);
	return answer(roster, g_strconcat("lookup\n", folded, cost_centre ? "\n" : NULL, cost_centre, NULL), is_found_by, folded, cost_centre);
}

GPtrArray *roster_manager(Roster *roster, const Person *person)
{
	return roster_user(roster, person->manager_dn ? person->manager_dn : "");
}

GPtrArray *roster_again(Roster *roster, const char *directory_id)
{
	return answer(roster, g_strconcat("again\n", directory_id, NULL), has_id, directory_id, NULL);
}

/* --- as a source --- */

static gboolean source_user(gpointer roster, const char *uid, GPtrArray **people, GPtrArray *steps, GError **error)
{
	(void)steps;
	(void)error;
	*people = roster_user(roster, uid);
	return TRUE;
}

static gboolean source_group(gpointer roster, const char *name, GPtrArray **people, GPtrArray *steps, GError **error)
{
	(void)steps;
	(void)error;
	*people = roster_group(roster, name);
	return TRUE;
}

static gboolean source_mail(gpointer roster, const char *address, GPtrArray **people, GPtrArray *steps, GError **error)
{
	(void)steps;
	(void)error;
	*people = roster_mail(roster, address);
	return TRUE;
}

static gboolean source_again(gpointer roster, const char *directory_id, GPtrArray **people, GPtrArray *steps, GError **error)
{
	(void)steps;
	(void)error;
	*people = roster_again(roster, directory_id);
	return TRUE;
}

static gboolean source_lookup(gpointer roster, const char *name, const SelectorContext *context, GPtrArray **people, GPtrArray *steps, GError **error)
{
	(void)steps;
	(void)error;
	const GPtrArray *centres = context->facts ? context->facts->cost_references : NULL;
	*people = roster_lookup(roster, name, context->cost_centre ? context->cost_centre : centres && centres->len ? centres->pdata[0] : NULL);
	return TRUE;
}

static gboolean source_manager(gpointer roster, const Person *person, GPtrArray **people, GPtrArray *steps, GError **error)
{
	(void)steps;
	(void)error;
	*people = roster_manager(roster, person);
	return TRUE;
}

PeopleSource roster_source(Roster *roster)
{
	return (PeopleSource){
		.user = source_user,
		.group = source_group,
		.mail = source_mail,
		.again = source_again,
		.lookup = source_lookup,
		.manager = source_manager,
		.takes_mail = idn_takes_mail,
		.is_final = TRUE,
		.user_data = roster,
	};
}
