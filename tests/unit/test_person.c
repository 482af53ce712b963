/* Who may decide: each check, and that the first that applies is the one that is told. */
#include "domain/person.h"

#include "base/instant.h"

typedef struct {
	const char *label;
	const char *uid, *mail, *authority;
	gboolean disabled;
	const char *requester;
	gboolean allow_self, authority_required, excluded;
	gint64 minor;
	const char *currency;
	Eligibility wanted;
} Case;

static const Case cases[] = {
	{"plain", "anna", "anna@example.nl", NULL, FALSE, NULL, FALSE, FALSE, FALSE, 100, "EUR", ELIGIBLE},
	{"disabled", "anna", "anna@example.nl", NULL, TRUE, NULL, FALSE, FALSE, FALSE, 100, "EUR", NOT_ELIGIBLE_DISABLED},
	{"disabled before no mail", "anna", NULL, NULL, TRUE, NULL, FALSE, FALSE, FALSE, 100, "EUR", NOT_ELIGIBLE_DISABLED},
	{"no mail", "anna", NULL, NULL, FALSE, NULL, FALSE, FALSE, FALSE, 100, "EUR", NOT_ELIGIBLE_NO_MAIL},
	{"no mail that works", "anna", "anna at example.nl", NULL, FALSE, NULL, FALSE, FALSE, FALSE, 100, "EUR",
         NOT_ELIGIBLE_NO_MAIL},
	{"no mail before requester", "anna", NULL, NULL, FALSE, "anna", FALSE, FALSE, FALSE, 100, "EUR", NOT_ELIGIBLE_NO_MAIL},
	{"requester by uid", "anna", "anna@example.nl", NULL, FALSE, "Anna", FALSE, FALSE, FALSE, 100, "EUR",
         NOT_ELIGIBLE_REQUESTER},
	{"requester by mail", "anna", "Anna@Example.nl", NULL, FALSE, " anna@example.nl ", FALSE, FALSE, FALSE, 100, "EUR",
         NOT_ELIGIBLE_REQUESTER},
	{"requester decomposed", "ren\xc3\xa9", "r@example.nl", NULL, FALSE, "rene\xcc\x81", FALSE, FALSE, FALSE, 100, "EUR",
         NOT_ELIGIBLE_REQUESTER},
	{"requester before distinct", "anna", "anna@example.nl", NULL, FALSE, "anna", FALSE, FALSE, TRUE, 100, "EUR",
         NOT_ELIGIBLE_REQUESTER},
	{"another requester", "anna", "anna@example.nl", NULL, FALSE, "bob", FALSE, FALSE, FALSE, 100, "EUR", ELIGIBLE},
	{"a dot makes another", "a.bos", "x@example.nl", NULL, FALSE, "abos", FALSE, FALSE, FALSE, 100, "EUR", ELIGIBLE},
	{"requester not UTF-8", "anna", "anna@example.nl", NULL, FALSE, "ann\xff", FALSE, FALSE, FALSE, 100, "EUR", ELIGIBLE},
	{"self allowed", "anna", "anna@example.nl", NULL, FALSE, "anna", TRUE, FALSE, FALSE, 100, "EUR", ELIGIBLE},
	{"distinct", "anna", "anna@example.nl", NULL, FALSE, NULL, FALSE, FALSE, TRUE, 100, "EUR", NOT_ELIGIBLE_DISTINCT},
	{"distinct before authority", "anna", "anna@example.nl", "0.50 EUR", FALSE, NULL, FALSE, FALSE, TRUE, 100, "EUR",
         NOT_ELIGIBLE_DISTINCT},
	{"authority enough", "anna", "anna@example.nl", "1.00 EUR", FALSE, NULL, FALSE, FALSE, FALSE, 100, "EUR", ELIGIBLE},
	{"authority padded", "anna", "anna@example.nl", "  1.00 EUR\n", FALSE, NULL, FALSE, FALSE, FALSE, 100, "EUR", ELIGIBLE},
	{"authority a cent short", "anna", "anna@example.nl", "0.99 EUR", FALSE, NULL, FALSE, FALSE, FALSE, 100, "EUR",
         NOT_ELIGIBLE_AUTHORITY},
	{"authority in dollars", "anna", "anna@example.nl", "9.00 USD", FALSE, NULL, FALSE, FALSE, FALSE, 100, "EUR",
         ELIGIBLE},
	{"authority in dollars to the cent", "anna", "anna@example.nl", "1.09 USD", FALSE, NULL, FALSE, FALSE, FALSE, 100, "EUR", ELIGIBLE},
	{"authority in dollars a cent short", "anna", "anna@example.nl", "1.08 USD", FALSE, NULL, FALSE, FALSE, FALSE, 100, "EUR",
         NOT_ELIGIBLE_AUTHORITY},
	{"authority without a rate", "anna", "anna@example.nl", "9.00 NOK", FALSE, NULL, FALSE, FALSE, FALSE, 100, "EUR",
         NOT_ELIGIBLE_NO_RATE},
	{"amount without a rate", "anna", "anna@example.nl", "9.00 EUR", FALSE, NULL, FALSE, FALSE, FALSE, 100, "NOK",
         NOT_ELIGIBLE_NO_RATE},
	{"neither needs a rate", "anna", "anna@example.nl", "9.00 NOK", FALSE, NULL, FALSE, FALSE, FALSE, 100, "NOK", ELIGIBLE},
	{"no rate, none stated", "anna", "anna@example.nl", NULL, FALSE, NULL, FALSE, FALSE, FALSE, 100, "NOK", ELIGIBLE},
	{"no rate, not stated but required", "anna", "anna@example.nl", NULL, FALSE, NULL, FALSE, TRUE, FALSE, 100, "NOK",
         NOT_ELIGIBLE_AUTHORITY},
	{"distinct before no rate", "anna", "anna@example.nl", "9.00 NOK", FALSE, NULL, FALSE, FALSE, TRUE, 100, "EUR",
         NOT_ELIGIBLE_DISTINCT},
	{"authority unreadable", "anna", "anna@example.nl", "lots", FALSE, NULL, FALSE, FALSE, FALSE, 100, "EUR",
         NOT_ELIGIBLE_AUTHORITY},
	{"authority empty", "anna", "anna@example.nl", "", FALSE, NULL, FALSE, FALSE, FALSE, 100, "EUR", NOT_ELIGIBLE_AUTHORITY},
	{"amount unknown", "anna", "anna@example.nl", "9.00 EUR", FALSE, NULL, FALSE, FALSE, FALSE, 0, "",
         NOT_ELIGIBLE_AUTHORITY},
	{"authority not stated", "anna", "anna@example.nl", NULL, FALSE, NULL, FALSE, TRUE, FALSE, 100, "EUR",
         NOT_ELIGIBLE_AUTHORITY},
	{"authority stated", "anna", "anna@example.nl", "1.00 EUR", FALSE, NULL, FALSE, TRUE, FALSE, 100, "EUR", ELIGIBLE},
};

static void test_eligibility(gconstpointer data)
{
	const Case *c = data;
	g_autoptr(Person) person = person_new();
	person->directory_id = g_strdup("id-1");
	person->uid = g_strdup(c->uid);
	person->mail = g_strdup(c->mail);
	person->authority = g_strdup(c->authority);
	person->disabled = c->disabled;
	g_autoptr(GPtrArray) excluded = g_ptr_array_new();
	g_ptr_array_add(excluded, (gpointer) "id-0");
	if (c->excluded)
		g_ptr_array_add(excluded, (gpointer) "id-1");
	g_autoptr(Rates) rates = rates_new("EUR"); /* 1.00 EUR is 1.0869… USD */
	g_assert_true(rates_add(rates, "USD", (Decimal){92, 2}, NULL));
	EligibilityTerms terms = {.amount = {.minor = c->minor},
	                          .rates = rates,
	                          .requester = c->requester,
	                          .allow_self = c->allow_self,
	                          .authority_required = c->authority_required,
	                          .excluded_ids = excluded};
	g_strlcpy(terms.amount.currency, c->currency, sizeof terms.amount.currency);
	g_assert_cmpint(person_eligibility(person, &terms), ==, c->wanted);
	if (!c->excluded) {
		terms.excluded_ids = NULL;
		g_assert_cmpint(person_eligibility(person, &terms), ==, c->wanted);
	}
}

/* Whoever held an approval of the stage: not again, but for a better reason. */
static void test_held(void)
{
	g_autoptr(Person) person = person_new();
	person->directory_id = g_strdup("id-1");
	person->uid = g_strdup("anna");
	person->mail = g_strdup("anna@example.nl");
	person->authority = g_strdup("0.50 EUR");
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	EligibilityTerms terms = {.amount = {.minor = 100, .currency = "EUR"}, .held_ids = ids};
	g_assert_cmpint(person_eligibility(person, &terms), ==, NOT_ELIGIBLE_AUTHORITY);
	g_ptr_array_add(ids, (gpointer) "id-1");
	g_assert_cmpint(person_eligibility(person, &terms), ==, NOT_ELIGIBLE_HELD);
	g_assert_cmpstr(eligibility_word(NOT_ELIGIBLE_HELD), ==, "held");
	terms.excluded_ids = ids;
	g_assert_cmpint(person_eligibility(person, &terms), ==, NOT_ELIGIBLE_DISTINCT);
}

static void test_names(void)
{
	for (Eligibility e = ELIGIBLE; e <= NOT_ELIGIBLE_NO_RATE; e++)
		g_assert_nonnull(eligibility_name(e));
	g_assert_cmpstr(eligibility_name(NOT_ELIGIBLE_NO_MAIL), ==, "no mail address");
}

static void test_copy(void)
{
	g_autoptr(Person) person = person_new();
	char **const fields[] = {&person->directory_id, &person->uid,     &person->dn,         &person->name,     &person->mail,
	                         &person->language,     &person->country, &person->manager_dn, &person->authority,
	                         &person->deputy_dn,    &person->deputy};
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		*fields[i] = g_strdup_printf("field %u", i);
	person->disabled = TRUE;
	g_autoptr(Person) copy = person_copy(person);
	char *const copied[] = {copy->directory_id, copy->uid,     copy->dn,         copy->name,     copy->mail,
	                        copy->language,     copy->country, copy->manager_dn, copy->authority,
	                        copy->deputy_dn,    copy->deputy};
	for (guint i = 0; i < G_N_ELEMENTS(copied); i++) {
		g_assert_cmpstr(copied[i], ==, *fields[i]);
		g_assert_true(copied[i] != *fields[i]);
	}
	g_assert_true(copy->disabled);
	g_autoptr(Person) empty = person_new();
	g_autoptr(Person) empty_copy = person_copy(empty);
	g_assert_null(empty_copy->mail);
	person_free(NULL);
}

/* Absences that overlap or follow at once are one for whoever waits. */
static void test_back(void)
{
	g_autoptr(Person) person = person_new();
	g_assert_cmpint(person_back(person, 100), ==, INSTANT_NONE);
	person_add_absence(person, 150, 180, NULL);
	person_add_absence(person, 100, 120, NULL);
	person_add_absence(person, 110, 150, NULL);
	person_add_absence(person, 181, 200, NULL);
	person_add_absence(person, 0, 50, NULL);
	const struct {
		gint64 at, back;
	} moments[] = {{0, 50}, {49, 50}, {50, INSTANT_NONE}, {99, INSTANT_NONE}, {100, 180}, {149, 180}, {179, 180}, {180, INSTANT_NONE}, {181, 200}, {200, INSTANT_NONE}};
	for (guint i = 0; i < G_N_ELEMENTS(moments); i++)
		g_assert_cmpint(person_back(person, moments[i].at), ==, moments[i].back);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strdup_printf("/person/eligibility/%s", cases[i].label);
		g_test_add_data_func(path, &cases[i], test_eligibility);
	}
	g_test_add_func("/person/eligibility-names", test_names);
	g_test_add_func("/person/held", test_held);
	g_test_add_func("/person/back", test_back);
	g_test_add_func("/person/copy", test_copy);
	return g_test_run();
}
