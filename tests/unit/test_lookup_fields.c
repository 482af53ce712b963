/* people/lookup_fields: what a lookup asks of an invoice. */
#include "people/lookup_fields.h"

#include <string.h>

static LookupSettings by_centre = {.name = (char *)"budget", .filter = (char *)"(&(objectClass=costCentre)(cc={cost_centre}))"};
static LookupSettings by_two = {.name = (char *)"buyer", .filter = (char *)"(|(order={order})(mail={requester}))"};
static LookupSettings by_nothing = {.name = (char *)"cfo", .filter = (char *)"(title=cfo)"};

typedef struct {
	Settings settings;
	InvoiceFacts *facts;
	SelectorContext context;
} Scene;

static void set_up(Scene *scene, gconstpointer unused)
{
	(void)unused;
	scene->settings.lookups = g_ptr_array_new();
	g_ptr_array_add(scene->settings.lookups, &by_centre);
	g_ptr_array_add(scene->settings.lookups, &by_two);
	g_ptr_array_add(scene->settings.lookups, &by_nothing);
	scene->facts = invoice_facts_new();
	g_ptr_array_add(scene->facts->cost_references, g_strdup("4100"));
	g_ptr_array_add(scene->facts->cost_references, g_strdup("4200"));
	scene->facts->order_reference = g_strdup("*)(uid=*");
	scene->facts->supplier.name = g_strdup("Acme");
	scene->context.facts = scene->facts;
}

static void tear_down(Scene *scene, gconstpointer unused)
{
	(void)unused;
	invoice_facts_free(scene->facts);
	g_ptr_array_unref(scene->settings.lookups);
}

static void assert_field(GHashTable *fields, const char *name, const char *value)
{
	g_assert_cmpstr(g_hash_table_lookup(fields, name), ==, value);
}

static void test_what_it_asks_for(Scene *scene, gconstpointer unused)
{
	(void)unused;
	g_autoptr(GHashTable) first = lookup_fields(&scene->settings, "budget", scene->facts, NULL);
	g_assert_cmpuint(g_hash_table_size(first), ==, 1);
	assert_field(first, "cost_centre", "4100");
	g_autoptr(GHashTable) own = lookup_fields(&scene->settings, "budget", scene->facts, "4200");
	assert_field(own, "cost_centre", "4200");
	g_autoptr(GHashTable) none = lookup_fields(&scene->settings, "cfo", scene->facts, "4200");
	g_assert_cmpuint(g_hash_table_size(none), ==, 0);
	g_autoptr(GHashTable) all = lookup_fields(&scene->settings, "nonesuch", scene->facts, NULL);
	assert_field(all, "supplier", "Acme");
	assert_field(all, "order", "*)(uid=*");
	g_autoptr(GHashTable) nothing = lookup_fields(&scene->settings, "budget", NULL, "4200");
	g_assert_cmpuint(g_hash_table_size(nothing), ==, 0);
}

/* Two invoices that differ in what it does not ask for are one question. */
static void test_one_question(Scene *scene, gconstpointer unused)
{
	(void)unused;
	g_autoptr(DirectoryQuestion) first = lookup_question(&scene->settings, "budget", &scene->context, NULL);
	g_free(scene->facts->supplier.name);
	scene->facts->supplier.name = g_strdup("Other");
	g_autoptr(DirectoryQuestion) second = lookup_question(&scene->settings, "budget", &scene->context, NULL);
	scene->context.cost_centre = "4200";
	g_autoptr(DirectoryQuestion) third = lookup_question(&scene->settings, "budget", &scene->context, NULL);
	g_autofree char *first_key = directory_question_key(first);
	g_autofree char *second_key = directory_question_key(second);
	g_autofree char *third_key = directory_question_key(third);
	g_assert_cmpstr(first_key, ==, second_key);
	g_assert_cmpstr(first_key, !=, third_key);
}

static void test_a_field_that_is_missing(Scene *scene, gconstpointer unused)
{
	(void)unused;
	g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func(g_free);
	g_assert_null(lookup_question(&scene->settings, "buyer", &scene->context, steps));
	g_assert_cmpuint(steps->len, ==, 1);
	g_assert_nonnull(strstr(steps->pdata[0], "requester"));
	scene->facts->requester = g_strdup("");
	g_assert_null(lookup_question(&scene->settings, "buyer", &scene->context, NULL));
	g_free(scene->facts->requester);
	scene->facts->requester = g_strdup("anna@example.org");
	g_autoptr(DirectoryQuestion) question = lookup_question(&scene->settings, "buyer", &scene->context, steps);
	g_assert_nonnull(question);
	g_assert_cmpuint(steps->len, ==, 1);
}

static void test_the_centre_alone(Scene *scene, gconstpointer unused)
{
	(void)unused;
	g_assert_true(lookup_asks_for_the_centre_alone(&scene->settings, "budget"));
	g_assert_true(lookup_asks_for_the_centre_alone(&scene->settings, "cfo"));
	g_assert_false(lookup_asks_for_the_centre_alone(&scene->settings, "buyer"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/lookup-fields/asked-for", Scene, NULL, set_up, test_what_it_asks_for, tear_down);
	g_test_add("/lookup-fields/one-question", Scene, NULL, set_up, test_one_question, tear_down);
	g_test_add("/lookup-fields/missing", Scene, NULL, set_up, test_a_field_that_is_missing, tear_down);
	g_test_add("/lookup-fields/centre-alone", Scene, NULL, set_up, test_the_centre_alone, tear_down);
	return g_test_run();
}
