/* People in a file: whom each question finds, and what is wrong with a file. */
#include "directory/roster.h"

#include <string.h>

static const char company[] =
	"{\"uid\":\"anna\",\"name\":\"Anna de Vries\",\"mail\":\"anna@x.example\",\"country\":\"nl\",\"language\":\"nl-BE\"}\n"
	"{\"uid\":\"Bob\",\"mail\":\"bob@x.example\",\"manager\":\"ANNA\",\"authority\":\"5000.00 EUR\",\"groups\":[\"Controllers\",\"finance\"],"
	"\"lookups\":{\"budget_holder\":[\"IT-*\",\"4100\"]},\"absent\":[{\"from\":\"2026-12-21\",\"until\":\"2026-12-24\",\"deputy\":\"carla\"},"
	"{\"from\":\"2026-12-01T08:00:00Z\",\"until\":\"2026-12-01T12:00:00+01:00\"}]}\n"
	"{\"uid\":\"carla\",\"mail\":\"carla@x.example\",\"manager\":\"bob\",\"groups\":[\"finance\"],\"lookups\":{\"budget_holder\":[\"it-200\"],\"other\":[\"*\"]}}\n"
	"{\"uid\":\"dirk\",\"disabled\":true,\"manager\":\"carla\"}\n";

static Roster *roster_of(const char *text)
{
	g_autoptr(Problems) problems = problems_new();
	Roster *roster = roster_parse(text, strlen(text), "people", problems);
	g_autofree char *findings = problems_format(problems);
	g_assert_cmpstr(findings, ==, "");
	g_assert_nonnull(roster);
	return roster;
}

/* The uids, "bob carla"; takes the list. */
static void assert_people(GPtrArray *answer, const char *wanted)
{
	g_autoptr(GPtrArray) people = answer;
	g_autoptr(GString) uids = g_string_new(NULL);
	for (guint i = 0; i < people->len; i++)
		g_string_append_printf(uids, "%s%s", i ? " " : "", ((const Person *)people->pdata[i])->uid);
	g_assert_cmpstr(uids->str, ==, wanted);
}

static void test_questions(void)
{
	g_autoptr(Roster) roster = roster_of(company);
	g_assert_cmpuint(roster_count(roster), ==, 4);
	assert_people(roster_user(roster, "BOB"), "Bob");
	assert_people(roster_user(roster, "bo"), "");
	assert_people(roster_mail(roster, "Carla@X.example"), "carla");
	assert_people(roster_mail(roster, ""), "");
	assert_people(roster_group(roster, "FINANCE"), "Bob carla");
	assert_people(roster_group(roster, "finance*"), "");
	assert_people(roster_lookup(roster, "budget_holder", "it-100"), "Bob");
	assert_people(roster_lookup(roster, "budget_holder", "IT-200"), "Bob carla");
	assert_people(roster_lookup(roster, "Budget_Holder", "4100"), "Bob");
	assert_people(roster_lookup(roster, "budget_holder", "41001"), "");
	assert_people(roster_lookup(roster, "other", "anything"), "carla");
	assert_people(roster_lookup(roster, "other", NULL), "");
	assert_people(roster_lookup(roster, "other", ""), "carla");
	assert_people(roster_lookup(roster, "none", "IT-200"), "");
	assert_people(roster_manager(roster, roster_person(roster, 1)), "anna");
	assert_people(roster_manager(roster, roster_person(roster, 0)), "");
	assert_people(roster_again(roster, "Bob"), "Bob");
	assert_people(roster_again(roster, "bob"), "");
}

static void test_people(void)
{
	g_autoptr(Roster) roster = roster_of(company);
	const Person *anna = roster_person(roster, 0), *bob = roster_person(roster, 1), *dirk = roster_person(roster, 3);
	g_assert_cmpstr(anna->name, ==, "Anna de Vries");
	g_assert_cmpstr(anna->country, ==, "NL");
	g_assert_cmpstr(anna->language, ==, "nl");
	g_assert_null(anna->absences);
	g_assert_cmpstr(bob->name, ==, "Bob");
	g_assert_cmpstr(bob->authority, ==, "5000.00 EUR");
	g_assert_true(dirk->disabled);
	g_assert_null(dirk->mail);
}

static const Zone *zone_of(const Person *person, gpointer zone)
{
	g_assert_cmpstr(person->uid, ==, "Bob");
	return zone;
}

static void assert_absence(const Person *person, guint index, const char *from, const char *until, const char *deputy)
{
	const Absence *absence = &g_array_index(person->absences, Absence, index);
	g_autofree char *begins = instant_format(absence->from), *ends = instant_format(absence->until);
	g_assert_cmpstr(begins, ==, from);
	g_assert_cmpstr(ends, ==, until);
	g_assert_cmpstr(absence->deputy, ==, deputy);
}

/* Dates are whole days where the person is, the last one too; instants are what they are. */
static void test_absences(void)
{
	g_autoptr(Roster) roster = roster_of(company);
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", NULL);
	assert_absence(roster_person(roster, 1), 1, "2026-12-21T00:00:00Z", "2026-12-25T00:00:00Z", "carla");
	assert_people(roster_user(roster, "bob"), "Bob");
	roster_place_absences(roster, zone_of, zone);
	g_assert_cmpuint(roster_person(roster, 1)->absences->len, ==, 2);
	assert_absence(roster_person(roster, 1), 0, "2026-12-01T08:00:00Z", "2026-12-01T11:00:00Z", NULL);
	assert_absence(roster_person(roster, 1), 1, "2026-12-20T23:00:00Z", "2026-12-24T23:00:00Z", "carla");
	g_autoptr(GPtrArray) bob = roster_user(roster, "bob");
	assert_absence(bob->pdata[0], 1, "2026-12-20T23:00:00Z", "2026-12-24T23:00:00Z", "carla");
}

static GPtrArray *resolved(Roster *roster, const char *text, const SelectorContext *context)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Selector) selector = selector_parse(text, &error);
	g_assert_no_error(error);
	const PeopleSource source = roster_source(roster);
	GPtrArray *people = NULL;
	g_assert_true(resolve_selector(&source, selector, context, &people, NULL, &error));
	return people;
}

static void test_source(void)
{
	g_autoptr(Roster) roster = roster_of(company);
	g_autoptr(InvoiceFacts) facts = invoice_facts_new();
	SelectorContext context = {.facts = facts};
	assert_people(resolved(roster, "lookup(budget_holder)", &context), "");
	g_ptr_array_add(facts->cost_references, g_strdup("4100"));
	assert_people(resolved(roster, "lookup(budget_holder)", &context), "Bob");
	context.cost_centre = "IT-200";
	assert_people(resolved(roster, "lookup(budget_holder)", &context), "Bob carla");
	assert_people(resolved(roster, "group(finance)", &context), "Bob carla");
	assert_people(resolved(roster, "manager(user(dirk), 2)", &context), "Bob");
	assert_people(resolved(roster, "manager(group(finance))", &context), "anna Bob");
	assert_people(resolved(roster, "mail(CARLA@x.example)", &context), "carla");
	context.approver = roster_person(roster, 2);
	assert_people(resolved(roster, "manager(approver)", &context), "Bob");
	g_autoptr(GPtrArray) stranger = resolved(roster, "mail(office@y.example)", &context);
	g_assert_cmpstr(((const Person *)stranger->pdata[0])->directory_id, ==, "mail:office@y.example");
	const PeopleSource source = roster_source(roster);
	g_assert_true(source.takes_mail("bob@x.example"));
	g_assert_false(source.takes_mail("b\303\266b@x.example"));
}

static void test_other_id(void)
{
	g_autoptr(Roster) roster = roster_of(company);
	assert_people(roster_user(roster, "bob"), "Bob");
	roster_know_as(roster, "BOB", "c0ffee");
	roster_know_as(roster, "nobody", "c0ffee");
	assert_people(roster_again(roster, "c0ffee"), "Bob");
	assert_people(roster_again(roster, "Bob"), "");
	g_autoptr(GPtrArray) bob = roster_user(roster, "bob");
	g_assert_cmpstr(((const Person *)bob->pdata[0])->directory_id, ==, "c0ffee");
	assert_people(roster_manager(roster, roster_person(roster, 2)), "Bob");
}

static void test_wrong(void)
{
	static const struct {
		const char *text;
		const char *findings[3]; /* how they begin; all of them */
	} cases[] = {
		{"{\"uid\":\" \"}", {"people:1: uid: wanted a uid"}},
		{"{\"uid\":\"a\"}\n{\"uid\":\"b\"}\n{\"uid\":\"A\"}", {"people:3: uid: found \"A\", wanted a uid that nobody else has (line 1 has it)"}},
		{"{\"uid\":\"anna\"}\n{\"uid\":\"b\",\"manager\":\"ana\"}",
	         {"people:2: manager: found \"ana\", wanted the uid of somebody in this file: did you mean \"anna\"?"}},
		{"{\"uid\":\"b\",\"manager\":\"nobody at all\"}", {"people:1: manager: found \"nobody at all\", wanted the uid of somebody in this file"}},
		{"{\"uid\":\"b\",\"mail\":\"b at x\"}", {"people:1: mail: found \"b at x\", wanted a mail address"}},
		{"{\"uid\":\"b\",\"country\":\"NLD\"}", {"people:1: country: found \"NLD\", wanted two letters"}},
		{"{\"uid\":\"b\",\"language\":\"5\"}", {"people:1: language: found \"5\", wanted a language such as nl"}},
		{"{\"uid\":\"b\",\"authority\":\"5000,00\"}", {"people:1: authority: found \"5000,00\", wanted an amount such as 5000.00 EUR"}},
		{"{\"uid\":\"b\",\"absent\":[{\"from\":\"2026-02-30\",\"until\":\"tomorrow\"}]}",
	         {"people:1: absent[0].from: found \"2026-02-30\", wanted a time such as", "people:1: absent[0].until: found \"tomorrow\", wanted a time"}},
		{"{\"uid\":\"b\",\"absent\":[{\"from\":\"2026-12-02\",\"until\":\"2026-12-01\"}]}",
	         {"people:1: absent[0].until: found \"2026-12-01\", wanted a time after that of \"from\""}},
		{"{\"uid\":\"b\",\"absent\":[{\"from\":\"2026-12-02T08:00:00Z\",\"until\":\"2026-12-02T08:00:00Z\"}]}", {"people:1: absent[0].until:"}},
		{"{\"uid\":\"b\",\"absent\":[{\"from\":\"2026-12-02\",\"until\":\"2026-12-02\",\"deputy\":\"c\"}]}",
	         {"people:1: absent[0].deputy: found \"c\", wanted the uid of somebody in this file"}},
		{"{\"uid\":\"b\",\"absent\":[{\"from\":\"2026-12-02\",\"until\":\"2026-12-02\",\"deputy\":\"B\"}]}",
	         {"people:1: absent[0].deputy: found \"B\", wanted somebody else"}},
		{"{\"uid\":\"b\",\"nmae\":\"B\"}\n{\"name\":\"C\"}", {"people:1: nmae: wanted a known name: did you mean \"name\"?", "people:2: uid: wanted a string"}},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Problems) problems = problems_new();
		g_assert_null(roster_parse(cases[i].text, strlen(cases[i].text), "people", problems));
		guint wanted = 0;
		for (; wanted < G_N_ELEMENTS(cases[i].findings) && cases[i].findings[wanted]; wanted++) {
			g_autofree char *found = wanted < problems_count(problems) ? problem_format(problems_get(problems, wanted)) : NULL;
			if (!found || !g_str_has_prefix(found, cases[i].findings[wanted]))
				g_error("%s\nwanted %s\nfound  %s", cases[i].text, cases[i].findings[wanted], found);
		}
		g_assert_cmpuint(problems_count(problems), ==, wanted);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/roster/questions", test_questions);
	g_test_add_func("/roster/people", test_people);
	g_test_add_func("/roster/absences", test_absences);
	g_test_add_func("/roster/source", test_source);
	g_test_add_func("/roster/other_id", test_other_id);
	g_test_add_func("/roster/wrong", test_wrong);
	return g_test_run();
}
