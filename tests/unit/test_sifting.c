/* Who of those found may decide, who takes over, and who stands in. */
#include "company_fixture.h"

#include "domain/sifting.h"

#include <string.h>

/* ann 50 -> bob 500 -> cy 5,000 -> dan, unlimited; eve and fay manage each other; gil is alone. Terms: 100.00 EUR. */
static Company *company_make(void)
{
	return COMPANY({.uid = "ann", .manager = "bob", .authority = "50.00 EUR", .groups = "it"},
	               {.uid = "bob", .manager = "cy", .authority = "500.00 EUR", .groups = "it"},
	               {.uid = "cy", .manager = "dan", .authority = "5000.00 EUR"}, {.uid = "dan"},
	               {.uid = "eve", .manager = "fay", .authority = "1.00 EUR"}, {.uid = "fay", .manager = "eve", .authority = "1.00 EUR"},
	               {.uid = "gil", .authority = "1.00 EUR"}, {.uid = "hal", .disabled = TRUE}, {.uid = "ida", .mail = ""},
	               {.uid = "jos", .mail = "jos\xc3\xa9@example.nl"}, {.uid = "kim", .manager = "nok", .authority = "1.00 EUR"},
	               {.uid = "nok", .authority = "1.00 NOK"}, {.uid = "lee", .manager = "hal", .authority = "1.00 EUR"});
}

/* "ann bob | hal disabled, ida no-mail | fallback no-rate" */
static char *resolution_text(const Resolution *resolution)
{
	g_autofree char *people = people_text(resolution->approvers);
	GString *text = g_string_new(people);
	for (guint i = 0; i < resolution->dropped->len; i++) {
		const DroppedPerson *dropped = resolution->dropped->pdata[i];
		g_string_append_printf(text, "%s%s %s", i ? ", " : " | ", dropped->who, eligibility_word(dropped->why));
	}
	if (resolution->fallback)
		g_string_append(text, " | fallback");
	if (resolution->no_rate)
		g_string_append(text, " | no rate");
	return g_string_free(text, FALSE);
}

typedef struct {
	const char *approvers, *fallback;
	const char *requester, *excluded; /* uid; directory id */
	gint64 minor;
	gboolean required;
	const char *unknown;
	const char *wanted; /* NULL: unknown */
} Case;

static const Case cases[] = {
	{"user(dan)", "", NULL, NULL, 10000, FALSE, NULL, "dan"},
	{"user(ann)", "", NULL, NULL, 5000, FALSE, NULL, "ann"},
	{"user(ann)", "", NULL, NULL, 5001, FALSE, NULL, "bob"},
	{"user(ann)", "", NULL, NULL, 50001, FALSE, NULL, "cy"},
	{"user(ann)", "", NULL, NULL, 900000, FALSE, NULL, "dan"},
	{"user(ann)", "", NULL, NULL, 900000, TRUE, NULL, " | ann line"}, /* none stated is none that suffices */
	{"user(ann) user(bob)", "", NULL, NULL, 10000, FALSE, NULL, "bob"}, /* once */
	{"user(eve)", "", NULL, NULL, 10000, FALSE, NULL, " | eve line"},
	{"user(eve)", "user(dan)", NULL, NULL, 10000, FALSE, NULL, "dan | eve line | fallback"},
	{"user(gil)", "user(eve) user(hal)", NULL, NULL, 10000, FALSE, NULL, " | gil line, eve line, hal disabled | fallback"},
	{"user(hal) user(ida) user(jos) user(dan)", "user(cy)", NULL, NULL, 10000, FALSE, NULL, "dan | hal disabled, ida no-mail, jos no-mail"},
	{"user(dan)", "user(cy)", "dan", NULL, 10000, FALSE, NULL, "cy | dan requester | fallback"},
	{"user(dan)", "user(cy)", NULL, "id-dan", 10000, FALSE, NULL, "cy | dan distinct | fallback"},
	{"user(ann)", "", "bob", NULL, 10000, FALSE, NULL, "cy"}, /* whoever may not decide is climbed over */
	{"user(ann)", "", NULL, "id-bob", 10000, FALSE, NULL, "cy"},
	{"user(lee)", "", NULL, NULL, 10000, FALSE, NULL, " | lee line"},
	{"user(kim)", "", NULL, NULL, 10000, FALSE, NULL, " | nok no-rate | no rate"},
	{"user(nobody)", "user(nobody)", NULL, NULL, 10000, FALSE, NULL, " | fallback"},
	{"user(nobody)", "", NULL, NULL, 10000, FALSE, NULL, ""},
	{"user(ann)", "", NULL, NULL, 50001, FALSE, "manager bob", NULL}, /* unknown in the middle of a line */
	{"user(gil)", "user(dan)", NULL, NULL, 10000, FALSE, "user dan", NULL},
	{"user(dan)", "user(cy)", NULL, NULL, 10000, FALSE, "user cy", "dan"}, /* the fallback is not asked for */
};

static void test_sifting(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const Case *c = &cases[i];
		g_autoptr(Company) company = company_make();
		g_autoptr(GPtrArray) excluded = g_ptr_array_new();
		g_autoptr(GError) error = NULL;
		EligibilityTerms terms = {.amount = {c->minor, "EUR"}, .requester = c->requester, .authority_required = c->required, .excluded_ids = excluded};
		if (c->excluded)
			g_ptr_array_add(excluded, (gpointer)c->excluded);
		StageRule *rule = stage_rule_new();
		g_clear_pointer(&rule->approvers, g_ptr_array_unref);
		g_clear_pointer(&rule->fallback, g_ptr_array_unref);
		rule->approvers = selectors_of(c->approvers);
		rule->fallback = selectors_of(c->fallback);
		const SelectorContext nothing = {0};
		company->unknown = c->unknown;
		g_autoptr(Resolution) resolution = resolve_approvers(&company->source, rule, &nothing, &terms, &error);
		g_autofree char *text = resolution ? resolution_text(resolution) : NULL;
		if (g_strcmp0(text, c->wanted))
			g_error("case %d: %s, wanted %s", (int)i, text, c->wanted);
		g_assert_true((resolution == NULL) == (error != NULL));
		stage_rule_free(rule);
	}
}

/* A line longer than anybody's ends with nobody, and says so. */
static void test_long_line(void)
{
	enum { LONG = 40 };
	static Employee employees[LONG];
	static char uids[LONG + 1][8];
	for (int i = 0; i <= LONG; i++)
		g_snprintf(uids[i], sizeof uids[i], "u%d", i);
	for (int i = 0; i < LONG; i++)
		employees[i] = (Employee){.uid = uids[i], .manager = uids[i + 1], .authority = "1.00 EUR"};
	g_autoptr(Company) company = company_new(employees, LONG);
	g_autoptr(GPtrArray) selectors = selectors_of("user(u0)");
	const EligibilityTerms terms = {.amount = {10000, "EUR"}};
	const SelectorContext nothing = {0};
	g_autoptr(Resolution) resolution = resolve_suitable(&company->source, selectors, &nothing, &terms, NULL);
	g_autofree char *text = resolution_text(resolution);
	g_assert_cmpstr(text, ==, " | u0 line");
}

static void test_steps(void)
{
	g_autoptr(Company) company = company_make();
	g_autoptr(GPtrArray) selectors = selectors_of("user(ann)");
	const EligibilityTerms terms = {.amount = {50001, "EUR"}};
	const SelectorContext nothing = {0};
	g_autoptr(Resolution) resolution = resolve_suitable(&company->source, selectors, &nothing, &terms, NULL);
	g_ptr_array_add(resolution->steps, NULL);
	g_autofree char *text = g_strjoinv("; ", (char **)resolution->steps->pdata);
	g_assert_cmpstr(text, ==, "user ann; means|user(ann)||ann; manager ann; manager bob; up-the-line|ann|cy");
}

/* --- deputies --- */

#define DECEMBER "2026-12-01 2027-01-01"
#define CIRCLE 100

static void test_deputies(void)
{
	static const struct {
		const char *absent, *fallback, *unknown, *wanted; /* wanted "": nobody; NULL: unknown */
		gint64 minor;
	} deputy_cases[] = {
		{"ann", "", NULL, "bob", 100},
		{"bob", "", NULL, "", 100},                  /* there: nobody stands in, and nobody is asked for */
		{"cy", "", NULL, "bob", 100},                /* cy -> ann -> bob */
		{"dot", "", NULL, "", 100},                  /* dot -> eve -> dot */
		{"dot", "user(bob)", NULL, "bob", 100},
		{"fay", "", NULL, "", 100},                  /* absent without one */
		{"fay", "user(fay) user(ann) user(bob)", NULL, "bob", 100}, /* who is absent stands in for nobody */
		{"gil", "user(bob)", NULL, "bob", 100},      /* a deputy whom nobody knows */
		{"hal", "user(bob)", NULL, "bob", 100},      /* one who is disabled */
		{"ann", "user(gus)", NULL, "gus", 100000},   /* one who lacks the authority */
		{"ann", "", NULL, "", 100000},
		{"ann", "user(hugo)", NULL, "", 100000},     /* the fallback is sifted too */
		{"ann", "", "user bob", NULL, 100},
		{"fay", "user(bob)", "user bob", NULL, 100},
		{"ann", "user(gus)", "user gus", "bob", 100}, /* not asked for */
	};
	for (gsize i = 0; i < G_N_ELEMENTS(deputy_cases); i++) {
		g_autoptr(Company) company = COMPANY({.uid = "ann", .absent = DECEMBER " bob"}, {.uid = "bob", .authority = "100.00 EUR"},
		                                     {.uid = "cy", .absent = DECEMBER " ann"}, {.uid = "dot", .absent = DECEMBER " eve"},
		                                     {.uid = "eve", .absent = DECEMBER " dot"}, {.uid = "fay", .absent = DECEMBER},
		                                     {.uid = "gil", .absent = DECEMBER " who"}, {.uid = "hal", .absent = DECEMBER " hugo"},
		                                     {.uid = "hugo", .disabled = TRUE}, {.uid = "gus"});
		const EligibilityTerms terms = {.amount = {deputy_cases[i].minor, "EUR"}};
		const SelectorContext nothing = {0};
		g_autoptr(GPtrArray) absent = NULL, fallback = selectors_of(deputy_cases[i].fallback);
		g_autoptr(Person) deputy = NULL;
		g_assert_true(company->source.user(company, deputy_cases[i].absent, &absent, NULL, NULL));
		company->unknown = deputy_cases[i].unknown;
		const gint64 at = 1796636400; /* 2026-12-07 09:00Z */
		gboolean known = resolve_deputy(&company->source, absent->pdata[0], at, fallback, &nothing, &terms, &deputy, NULL);
		const char *found = known ? deputy ? deputy->uid : "" : NULL;
		if (g_strcmp0(found, deputy_cases[i].wanted))
			g_error("case %d: %s, wanted %s", (int)i, found, deputy_cases[i].wanted);
	}
}

/* Those whom an absence names come before the usual one; who lacks the authority, or asked for the goods, is passed over. */
static void test_usual_deputies(void)
{
	static const struct {
		const char *absent, *requester, *wanted; /* wanted NULL: unknown */
		gint64 minor;
		const char *unknown;
	} usual_cases[] = {
		{"ann", NULL, "bob", 100, NULL},
		{"ann", NULL, "cy", 100000, NULL},   /* bob lacks the authority: the usual one */
		{"ann", "bob", "cy", 100, NULL},     /* bob's own invoice */
		{"ann", "cy", "gus", 100000, NULL},  /* and cy's: the fallback */
		{"dot", NULL, "cy", 100, NULL},      /* the usual one, by DN */
		{"eve", NULL, "cy", 100, NULL},      /* dot is away too: hers */
		{"fay", NULL, "cy", 100, NULL},      /* by address */
		{"hal", NULL, "bob", 100, NULL},     /* of two absences the first names nobody */
		{"ivy", NULL, "gus", 100, NULL},     /* ivy -> jan -> ivy and bob's own way: a circle */
		{"ann", NULL, NULL, 100, "user bob"},
		{"ann", NULL, NULL, 100000, "user cy"},
		{"ann", NULL, "bob", 100, "user cy"}, /* not asked for */
		{"dot", NULL, NULL, 100, "manager -"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(usual_cases); i++) {
		g_autoptr(Company) company = COMPANY({.uid = "ann", .absent = DECEMBER " bob", .deputy = "cy"}, {.uid = "bob", .authority = "100.00 EUR"}, {.uid = "cy"},
		                                     {.uid = "dot", .absent = DECEMBER, .deputy = "=cy"}, {.uid = "eve", .absent = DECEMBER, .deputy = "dot"},
		                                     {.uid = "fay", .absent = DECEMBER " cy@example.nl"}, {.uid = "gus"}, {.uid = "hal", .absent = "2026-11-01 2027-02-01"},
		                                     {.uid = "ivy", .absent = DECEMBER " jan", .deputy = "ivy"}, {.uid = "jan", .absent = DECEMBER " ivy", .deputy = "jan"});
		person_add_absence(company->people->pdata[7], 1796083200, 1798761600, "bob");
		const EligibilityTerms terms = {.amount = {usual_cases[i].minor, "EUR"}, .requester = usual_cases[i].requester};
		const SelectorContext nothing = {0};
		g_autoptr(GPtrArray) absent = NULL;
		g_autoptr(Person) deputy = NULL;
		g_autoptr(GPtrArray) fallback = selectors_of("user(gus)");
		g_assert_true(company->source.user(company, usual_cases[i].absent, &absent, NULL, NULL));
		company->unknown = usual_cases[i].unknown;
		gboolean known = resolve_deputy(&company->source, absent->pdata[0], 1796636400, fallback, &nothing, &terms, &deputy, NULL);
		const char *found = known ? deputy ? deputy->uid : "" : NULL;
		if (g_strcmp0(found, usual_cases[i].wanted))
			g_error("case %d: %s, wanted %s", (int)i, found, usual_cases[i].wanted);
	}
}

/* Hundreds who name one another end. */
static void test_many_deputies(void)
{
	static Employee employees[CIRCLE];
	static char uids[CIRCLE + 1][8], away[CIRCLE][40];
	for (int i = 0; i <= CIRCLE; i++)
		g_snprintf(uids[i], sizeof uids[i], "u%d", i);
	for (int i = 0; i < CIRCLE; i++) {
		g_snprintf(away[i], sizeof away[i], DECEMBER " u%d", i + 1);
		employees[i] = (Employee){.uid = uids[i], .absent = away[i], .deputy = uids[(i + 2) % CIRCLE]};
	}
	g_autoptr(Company) company = company_new(employees, CIRCLE);
	const EligibilityTerms terms = {.amount = {100, "EUR"}};
	const SelectorContext nothing = {0};
	g_autoptr(Person) deputy = NULL;
	g_assert_true(resolve_deputy(&company->source, company->people->pdata[0], 1796636400, NULL, &nothing, &terms, &deputy, NULL));
	g_assert_null(deputy);
	g_assert_cmpuint(company->asked, <, 3 * CIRCLE);
}

static void test_present(void)
{
	g_autoptr(Company) company = COMPANY({.uid = "ann", .absent = DECEMBER}, {.uid = "bob"}, {.uid = "cy"});
	g_autoptr(GPtrArray) but = g_ptr_array_new();
	g_assert_cmpstr(resolve_present(company->people, 0, NULL)->uid, ==, "ann");
	g_assert_cmpstr(resolve_present(company->people, 1796636400, NULL)->uid, ==, "bob");
	g_ptr_array_add(but, (gpointer) "id-bob");
	g_assert_cmpstr(resolve_present(company->people, 1796636400, but)->uid, ==, "cy");
	g_ptr_array_add(but, (gpointer) "id-cy");
	g_assert_null(resolve_present(company->people, 1796636400, but));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sifting/cases", test_sifting);
	g_test_add_func("/sifting/long-line", test_long_line);
	g_test_add_func("/sifting/steps", test_steps);
	g_test_add_func("/sifting/deputies", test_deputies);
	g_test_add_func("/sifting/usual-deputies", test_usual_deputies);
	g_test_add_func("/sifting/many-deputies", test_many_deputies);
	g_test_add_func("/sifting/present", test_present);
	return g_test_run();
}
