#include "company_fixture.h"

#include "base/error.h"

#include <string.h>

/* One of the words with blanks between. */
static gboolean has_word(const char *words, const char *word)
{
	g_auto(GStrv) all = g_strsplit(words ? words : "", " ", -1);
	return g_strv_contains((const char *const *)all, word);
}

static gint64 midnight(const char *date_text)
{
	Date date;
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", NULL);
	g_assert_true(date_parse(date_text, &date, NULL));
	return zone_instant(zone, date, 0);
}

/* "2026-12-01 2026-12-05 bob", several with a semicolon. */
static void add_absences(Person *person, const char *text)
{
	g_auto(GStrv) all = g_strsplit(text, "; ", -1);
	for (guint i = 0; all[i]; i++) {
		g_auto(GStrv) words = g_strsplit(all[i], " ", -1);
		person_add_absence(person, midnight(words[0]), midnight(words[1]), words[2]);
	}
}

static Person *person_make(const Employee *from)
{
	Person *person = person_new();
	person->directory_id = g_strconcat("id-", from->uid, NULL);
	person->uid = g_strdup(from->uid);
	person->name = g_strdup(from->uid);
	if (!from->mail)
		person->mail = g_strconcat(from->uid, "@example.nl", NULL);
	else if (*from->mail)
		person->mail = g_strdup(from->mail);
	person->manager_dn = g_strdup(from->manager);
	person->authority = g_strdup(from->authority);
	person->country = g_strdup(from->country ? from->country : "NL");
	person->disabled = from->disabled;
	if (from->deputy && *from->deputy == '=')
		person->deputy_dn = g_strdup(from->deputy + 1);
	else
		person->deputy = g_strdup(from->deputy);
	if (from->absent)
		add_absences(person, from->absent);
	return person;
}

/* Whether the question is answered at all. */
static gboolean listen(Company *company, const char *kind, const char *about, GPtrArray **people, GPtrArray *steps, GError **error)
{
	g_autofree char *question = g_strdup_printf("%s %s", kind, about ? about : "-");
	company->asked++;
	if (!g_strcmp0(company->unknown, question)) {
		error_set(error, ERROR_UNAVAILABLE, "%s: nobody answers", question);
		return FALSE;
	}
	if (steps)
		g_ptr_array_add(steps, g_strdup(question));
	*people = people_list_new();
	return TRUE;
}

typedef gboolean (*Fits)(const Person *person, const Employee *employee, const char *argument);

static gboolean answer(Company *company, const char *kind, const char *argument, Fits fits, GPtrArray **people, GPtrArray *steps, GError **error)
{
	if (!listen(company, kind, argument, people, steps, error))
		return FALSE;
	for (guint i = 0; argument && i < company->people->len; i++)
		if (fits(company->people->pdata[i], &company->employees[i], argument))
			g_ptr_array_add(*people, person_copy(company->people->pdata[i]));
	return TRUE;
}

static gboolean has_uid(const Person *person, const Employee *employee, const char *uid)
{
	(void)employee;
	return !strcmp(person->uid, uid);
}

static gboolean has_id(const Person *person, const Employee *employee, const char *id)
{
	(void)employee;
	return !strcmp(person->directory_id, id);
}

static gboolean has_mail(const Person *person, const Employee *employee, const char *mail)
{
	(void)employee;
	return !g_strcmp0(person->mail, mail);
}

static gboolean in_group(const Person *person, const Employee *employee, const char *group)
{
	(void)person;
	return has_word(employee->groups, group);
}

static gboolean holds_centre(const Person *person, const Employee *employee, const char *centre)
{
	(void)person;
	return has_word(employee->centres, centre);
}

static gboolean ask_user(gpointer company, const char *uid, GPtrArray **people, GPtrArray *steps, GError **error)
{
	return answer(company, "user", uid, has_uid, people, steps, error);
}

static gboolean ask_group(gpointer company, const char *name, GPtrArray **people, GPtrArray *steps, GError **error)
{
	return answer(company, "group", name, in_group, people, steps, error);
}

static gboolean ask_mail(gpointer company, const char *address, GPtrArray **people, GPtrArray *steps, GError **error)
{
	return answer(company, "mail", address, has_mail, people, steps, error);
}

static gboolean ask_again(gpointer company, const char *id, GPtrArray **people, GPtrArray *steps, GError **error)
{
	return answer(company, "again", id, has_id, people, steps, error);
}

static gboolean ask_lookup(gpointer company, const char *name, const SelectorContext *context, GPtrArray **people, GPtrArray *steps, GError **error)
{
	const GPtrArray *centres = context->facts ? context->facts->cost_references : NULL;
	const char *centre = context->cost_centre ? context->cost_centre : centres && centres->len ? centres->pdata[0] : NULL;
	return answer(company, "lookup", strcmp(name, "budget_holder") ? NULL : centre, holds_centre, people, steps, error);
}

static gboolean ask_manager(gpointer user_data, const Person *person, GPtrArray **people, GPtrArray *steps, GError **error)
{
	Company *company = user_data;
	if (!listen(company, "manager", person->uid, people, steps, error))
		return FALSE;
	for (guint i = 0; person->manager_dn && i < company->people->len; i++)
		if (has_uid(company->people->pdata[i], NULL, person->manager_dn))
			g_ptr_array_add(*people, person_copy(company->people->pdata[i]));
	return TRUE;
}

/* As a server without internationalised addresses. */
static gboolean takes_mail(const char *address)
{
	return g_str_is_ascii(address);
}

Company *company_new(const Employee *employees, gsize count)
{
	Company *company = g_new0(Company, 1);
	company->employees = g_memdup2(employees, count * sizeof *employees);
	company->people = people_list_new();
	for (gsize i = 0; i < count; i++)
		g_ptr_array_add(company->people, person_make(&employees[i]));
	company->source = (PeopleSource){ask_user, ask_group, ask_mail, ask_again, ask_lookup, ask_manager, takes_mail, FALSE, company};
	return company;
}

void company_free(Company *company)
{
	g_ptr_array_unref(company->people);
	g_free((gpointer)company->employees);
	g_free(company);
}

GPtrArray *selectors_of(const char *texts)
{
	GPtrArray *selectors = g_ptr_array_new_with_free_func((GDestroyNotify)selector_free);
	g_auto(GStrv) words = g_strsplit(texts, " ", -1);
	for (guint i = 0; words[i]; i++) {
		GError *error = NULL;
		if (!*words[i])
			continue;
		g_ptr_array_add(selectors, selector_parse(words[i], &error));
		g_assert_no_error(error);
	}
	return selectors;
}

char *people_text(const GPtrArray *people)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < people->len; i++)
		g_string_append_printf(text, "%s%s", i ? " " : "", person_label(people->pdata[i]));
	return g_string_free(text, FALSE);
}
