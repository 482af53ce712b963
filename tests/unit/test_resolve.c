/* Selectors against a company that has loops in it, managers of themselves, and people who do not answer. */
#include "company_fixture.h"

#include "base/error.h"

static Company *company_make(void)
{
	return COMPANY({.uid = "ann", .manager = "bob", .groups = "it all", .centres = "4100"},
	               {.uid = "bob", .manager = "cy", .groups = "all fin"},
	               {.uid = "cy", .manager = "cy"},                        /* their own manager */
	               {.uid = "dot", .manager = "eve", .groups = "loop"},    /* dot -> eve -> fay -> dot */
	               {.uid = "eve", .manager = "fay"}, {.uid = "fay", .manager = "dot"},
	               {.uid = "gus", .manager = "gone"},                     /* a manager who is not there */
	               {.uid = "hal", .groups = "it", .disabled = TRUE}, {.uid = "ida", .groups = "it", .mail = ""});
}

static void test_selectors(void)
{
	static const struct {
		const char *selectors, *people;
	} cases[] = {
		{"user(ann)", "ann"},
		{"user(nobody)", ""},
		{"group(it)", "ann hal ida"}, /* disabled and mail-less ones too: the caller sifts */
		{"group(it) group(all) user(ann)", "ann hal ida bob"},
		{"lookup(budget_holder)", "ann"},
		{"lookup(other)", ""},
		{"manager(user(ann))", "bob"},
		{"manager(manager(user(ann)))", "cy"},
		{"manager(user(ann),2)", "cy"},
		{"manager(user(ann),3)", ""},
		{"manager(user(cy))", ""},
		{"manager(user(dot))", "eve"},
		{"manager(user(dot),2)", "fay"},
		{"manager(user(dot),3)", ""},
		{"manager(user(dot),20)", ""},
		{"manager(user(gus))", ""},
		{"manager(user(nobody))", ""},
		{"manager(group(all))", "bob cy"},
		{"mail(bob@example.nl)", "bob"},
		{"mail(x@elsewhere.nl)", "x@elsewhere.nl"},
		{"", ""},
	};
	g_autoptr(Company) company = company_make();
	g_autoptr(InvoiceFacts) facts = invoice_facts_new();
	g_ptr_array_add(facts->cost_references, g_strdup("4100"));
	const SelectorContext context = {.facts = facts};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) selectors = selectors_of(cases[i].selectors), people = NULL;
		g_autoptr(GError) error = NULL;
		g_assert_true(resolve_selectors(&company->source, selectors, &context, &people, NULL, &error));
		g_autofree char *text = people_text(people);
		if (g_strcmp0(text, cases[i].people))
			g_error("%s: %s, wanted %s", cases[i].selectors, text, cases[i].people);
	}
}

static void test_no_list(void)
{
	g_autoptr(Company) company = company_make();
	const SelectorContext nothing = {0};
	g_autoptr(GPtrArray) people = NULL;
	g_assert_true(resolve_selectors(&company->source, NULL, &nothing, &people, NULL, NULL));
	g_assert_cmpuint(people->len, ==, 0);
}

/* `approver`: as the source has them now; gone: as they were known; none: nobody. */
static void test_approver(void)
{
	g_autoptr(Company) company = company_make();
	g_autoptr(GPtrArray) selectors = selectors_of("approver manager(approver)");
	g_autoptr(Person) known = person_new(), gone = person_new();
	known->directory_id = g_strdup("id-ann");
	known->uid = g_strdup("ann-as-she-was-called");
	gone->directory_id = g_strdup("id-zoe");
	gone->uid = g_strdup("zoe");
	gone->manager_dn = g_strdup("bob");
	const struct {
		const Person *approver;
		const char *people;
	} cases[] = {{known, "ann bob"}, {gone, "zoe bob"}, {NULL, ""}};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const SelectorContext context = {.approver = cases[i].approver};
		g_autoptr(GPtrArray) people = NULL;
		g_assert_true(resolve_selectors(&company->source, selectors, &context, &people, NULL, NULL));
		g_autofree char *text = people_text(people);
		g_assert_cmpstr(text, ==, cases[i].people);
	}
}

/* Of an approver whom the source has no more, as they are remembered: nobody says who their manager is, which is not that they have none. */
static void test_manager_of_missing(void)
{
	static const char *const cases[] = {"manager(approver)", "manager(manager(approver))", "user(ann) manager(approver,2)"};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Company) company = company_make();
		g_autoptr(GPtrArray) selectors = selectors_of(cases[i]), people = NULL;
		g_autoptr(Person) missing = person_new();
		g_autoptr(GError) error = NULL;
		missing->directory_id = g_strdup("id-zoe");
		missing->uid = g_strdup("zoe");
		g_assert_false(resolve_selectors(&company->source, selectors, &(SelectorContext){.approver = missing}, &people, NULL, &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_UNAVAILABLE);
		g_assert_nonnull(strstr(error->message, "zoe"));
	}
}

/* Nobody leads who stands for an address, and a file leaves no doubt. */
static void test_manager_of_nobody(void)
{
	static const struct {
		const char *id;
		gboolean is_final;
	} cases[] = {{"mail:zoe@x.example", FALSE}, {"id-zoe", TRUE}};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Company) company = company_make();
		g_autoptr(GPtrArray) selectors = selectors_of("manager(approver)"), people = NULL;
		g_autoptr(Person) approver = person_new();
		g_autoptr(GError) error = NULL;
		approver->directory_id = g_strdup(cases[i].id);
		company->source.is_final = cases[i].is_final;
		g_assert_true(resolve_selectors(&company->source, selectors, &(SelectorContext){.approver = approver}, &people, NULL, &error));
		g_assert_no_error(error);
		g_assert_cmpuint(people->len, ==, 0);
	}
}

/* One question without an answer, wherever it stands, makes the whole unknown. */
static void test_unknown(void)
{
	static const struct {
		const char *selectors, *unknown;
	} cases[] = {
		{"user(ann) user(bob)", "user bob"},
		{"group(it) group(all)", "group all"},
		{"lookup(budget_holder)", "lookup 4100"},
		{"manager(user(ann),2)", "manager bob"},
		{"manager(user(ann),2)", "user ann"},
		{"mail(x@elsewhere.nl)", "mail x@elsewhere.nl"},
		{"manager(approver)", "again id-ann"},
	};
	g_autoptr(InvoiceFacts) facts = invoice_facts_new();
	g_ptr_array_add(facts->cost_references, g_strdup("4100"));
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Company) company = company_make();
		g_autoptr(GPtrArray) selectors = selectors_of(cases[i].selectors), people = NULL;
		g_autoptr(GError) error = NULL;
		const SelectorContext context = {.facts = facts, .approver = company->people->pdata[0]};
		company->unknown = cases[i].unknown;
		g_assert_false(resolve_selectors(&company->source, selectors, &context, &people, NULL, &error));
		g_assert_nonnull(strstr(error->message, cases[i].unknown));
		g_assert_null(people);
	}
}

static void test_steps(void)
{
	g_autoptr(Company) company = company_make();
	g_autoptr(GPtrArray) selectors = selectors_of("manager(user(ann),2)"), people = NULL, steps = g_ptr_array_new_with_free_func(g_free);
	const SelectorContext nothing = {0};
	g_assert_true(resolve_selectors(&company->source, selectors, &nothing, &people, steps, NULL));
	g_ptr_array_add(steps, NULL);
	g_autofree char *text = g_strjoinv("; ", (char **)steps->pdata);
	g_assert_cmpstr(text, ==, "user ann; manager ann; manager bob; means|manager(user(ann), 2)||cy");
}

/* --- whose calendar --- */

static void add_calendar(Policy *policy, const char *name, const char *people, const char *country)
{
	g_autoptr(Zone) zone = zone_new("Europe/Madrid", NULL);
	PolicyCalendar *calendar = policy_calendar_new(calendar_new(name, zone));
	if (country)
		g_ptr_array_add(calendar->countries, g_strdup(country));
	g_clear_pointer(&calendar->people, g_ptr_array_unref);
	calendar->people = selectors_of(people);
	g_ptr_array_add(policy->calendars, calendar);
}

static void test_calendar(void)
{
	g_autoptr(Company) company = COMPANY({.uid = "ann", .country = "NL"}, {.uid = "pep", .country = "ES"}, {.uid = "luc", .country = "FR"},
	                                     {.uid = "van", .country = "NL", .groups = "night"});
	g_autoptr(Policy) policy = policy_new();
	add_calendar(policy, "nl", "", "NL");
	add_calendar(policy, "es", "", "ES");
	add_calendar(policy, "night", "group(night)", NULL);
	add_calendar(policy, "entity", "", NULL);
	policy->default_calendar = g_strdup("es");
	Administration *own = administration_new(), *plain = administration_new();
	own->calendar = g_strdup("entity");
	const struct {
		guint person;
		const Administration *administration;
		const char *unknown, *calendar;
	} cases[] = {
		{0, NULL, NULL, "nl"}, {1, NULL, NULL, "es"},      {2, NULL, NULL, "es"},  {2, own, NULL, "entity"},
		{2, plain, NULL, "es"}, {0, own, NULL, "nl"}, /* a country counts before the administration */
		{3, own, NULL, "night"}, {3, own, "group night", "nl"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		company->unknown = cases[i].unknown;
		Calendar *calendar = resolve_calendar(&company->source, policy, cases[i].administration, company->people->pdata[cases[i].person]);
		g_assert_cmpstr(calendar_name(calendar), ==, cases[i].calendar);
	}
	administration_free(own);
	administration_free(plain);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/resolve/selectors", test_selectors);
	g_test_add_func("/resolve/no-list", test_no_list);
	g_test_add_func("/resolve/approver", test_approver);
	g_test_add_func("/resolve/manager-of-missing", test_manager_of_missing);
	g_test_add_func("/resolve/manager-of-nobody", test_manager_of_nobody);
	g_test_add_func("/resolve/unknown", test_unknown);
	g_test_add_func("/resolve/steps", test_steps);
	g_test_add_func("/resolve/calendar", test_calendar);
	return g_test_run();
}
