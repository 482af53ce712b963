/* The reasons of routing into an event's side record and back. */
#include "audit/reasons.h"

#include <string.h>

static RouteReason *reason(const char *chain, const char *condition, const char *found, const char *wanted)
{
	RouteReason *made = route_reason_new(chain, condition);
	g_auto(GStrv) founds = g_strsplit(found, "|", -1), wanteds = g_strsplit(wanted, "|", -1);
	for (guint i = 0; founds[i]; i++)
		g_ptr_array_add(made->found, g_strdup(founds[i]));
	for (guint i = 0; wanteds[i]; i++)
		g_ptr_array_add(made->wanted, g_strdup(wanteds[i]));
	return made;
}

static void assert_texts(const GPtrArray *texts, const char *wanted)
{
	g_autoptr(GPtrArray) copy = g_ptr_array_new();
	for (guint i = 0; i < texts->len; i++)
		g_ptr_array_add(copy, texts->pdata[i]);
	g_ptr_array_add(copy, NULL);
	g_autofree char *text = g_strjoinv("|", (char **)copy->pdata);
	g_assert_cmpstr(text, ==, wanted);
}

/* As the store keeps it. */
static GPtrArray *there_and_back(const GPtrArray *reasons)
{
	g_autoptr(Json) written = reasons_to_event(reasons);
	g_autoptr(Json) event = js_object_new();
	js_object_set(event, "why", g_steal_pointer(&written));
	g_autofree char *text = js_canonical(event);
	g_autoptr(Json) read = js_parse(text, strlen(text), NULL);
	g_assert_nonnull(read);
	return reasons_from_event(js_object_get(read, "why"));
}

static void test_back(void)
{
	g_autoptr(GPtrArray) reasons = g_ptr_array_new_with_free_func((GDestroyNotify)route_reason_free);
	g_ptr_array_add(reasons, reason("it", "cost_centre", "4200|HR \"x\"", "IT-*|4100"));
	g_ptr_array_add(reasons, reason("Große", "supplier", "Drukkerij\nDe \x01Vries", "*"));
	RouteReason *no_rate = reason("small", "max_amount", "1.00 USD", "250.00 EUR"), *sum = reason("big", "accumulated", "6000.00 EUR|a|b", "5000.00 EUR|30d");
	no_rate->no_rate = TRUE;
	sum->holds = TRUE;
	g_ptr_array_add(reasons, no_rate);
	g_ptr_array_add(reasons, sum);
	g_ptr_array_add(reasons, route_reason_new("order", "order"));
	static const struct {
		const char *chain, *condition, *found, *wanted;
		gboolean holds, no_rate;
	} wanted[] = {
		{"it", "cost_centre", "4200|HR \"x\"", "IT-*|4100", FALSE, FALSE},
		{"Große", "supplier", "Drukkerij De Vries", "*", FALSE, FALSE},
		{"small", "max_amount", "1.00 USD", "250.00 EUR", FALSE, TRUE},
		{"big", "accumulated", "6000.00 EUR|a|b", "5000.00 EUR|30d", TRUE, FALSE},
		{"order", "order", "", "", FALSE, FALSE},
	};
	g_autoptr(GPtrArray) back = there_and_back(reasons);
	g_assert_cmpuint(back->len, ==, G_N_ELEMENTS(wanted));
	for (guint i = 0; i < back->len; i++) {
		const RouteReason *one = back->pdata[i];
		g_assert_cmpstr(one->chain, ==, wanted[i].chain);
		g_assert_cmpstr(one->condition, ==, wanted[i].condition);
		g_assert_cmpint(one->holds, ==, wanted[i].holds);
		g_assert_cmpint(one->no_rate, ==, wanted[i].no_rate);
		assert_texts(one->found, wanted[i].found);
		assert_texts(one->wanted, wanted[i].wanted);
	}
}

static void test_nothing(void)
{
	g_autoptr(GPtrArray) erased = reasons_from_event(NULL);
	g_assert_cmpuint(erased->len, ==, 0);
	static const char odd[] = "[\"it: kind is x\", {}, {\"chain\":\"a\"}, {\"chain\":\"a\",\"condition\":\"kind\",\"found\":[1,\"x\"]}]";
	g_autoptr(Json) array = js_parse(odd, strlen(odd), NULL);
	g_assert_nonnull(array);
	g_autoptr(GPtrArray) reasons = reasons_from_event(array);
	g_assert_cmpuint(reasons->len, ==, 1);
	assert_texts(((const RouteReason *)reasons->pdata[0])->found, "x");
	route_reason_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reasons/back", test_back);
	g_test_add_func("/reasons/nothing", test_nothing);
	return g_test_run();
}
