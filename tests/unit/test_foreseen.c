/* Decisions that are supposed: their order, and what is wrong with a file. */
#include "rehearse/foreseen.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <string.h>

static GPtrArray *read_text(const char *text, char **findings)
{
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	const int file = g_file_open_tmp("foreseen-XXXXXX", &path, &error);
	g_assert_no_error(error);
	g_assert_true(g_close(file, NULL) && g_file_set_contents(path, text, -1, NULL));
	GPtrArray *decisions = foreseen_read(path, &error);
	g_unlink(path);
	*findings = NULL;
	if (error) {
		g_assert_cmpint(error_kind(error), ==, ERROR_INVALID);
		g_assert_true(g_str_has_prefix(error->message, path));
		*findings = g_strdup(error->message + strlen(path));
	}
	return decisions;
}

static void test_order(void)
{
	g_autofree char *findings = NULL;
	g_autoptr(GPtrArray) decisions = read_text("{\"at\":\"2026-12-02T09:00:00Z\",\"invoice\":\"S/2\",\"as\":\"b\",\"decision\":\"reject\"}\n"
	                                           "{\"at\":\"2026-12-01T09:00:00Z\",\"invoice\":\" S/1 \",\"as\":\"a\",\"decision\":\"approve\"}\n"
	                                           "{\"at\":\"2026-12-02T10:00:00+01:00\",\"invoice\":\"S/3\",\"as\":\"c\",\"decision\":\"approve\"}\n",
	                                           &findings);
	g_assert_null(findings);
	g_assert_cmpuint(decisions->len, ==, 3);
	const ForeseenDecision *first = decisions->pdata[0], *second = decisions->pdata[1], *third = decisions->pdata[2];
	g_assert_cmpstr(first->invoice, ==, "S/1");
	g_assert_false(first->rejects);
	g_assert_cmpstr(second->person, ==, "b");
	g_assert_true(second->rejects);
	g_assert_cmpint(second->at, ==, third->at);
	g_assert_cmpuint(third->line, ==, 3);
}

static void test_wrong(void)
{
	static const struct {
		const char *text, *begins;
	} cases[] = {
		{"{\"at\":\"2026-12-02\",\"invoice\":\"S/2\",\"as\":\"b\",\"decision\":\"reject\"}", ":1: at: found \"2026-12-02\", wanted a time such as"},
		{"{\"at\":\"2026-12-02T09:00:00Z\",\"invoice\":\"S/2\",\"as\":\"b\",\"decision\":\"yes\"}", ":1: decision: found \"yes\", wanted approve or reject"},
		{"{\"at\":\"2026-12-02T09:00:00Z\",\"invoice\":\"S/2\",\"by\":\"b\",\"decision\":\"approve\"}", ":1: by: wanted a known name"},
		{"{\"at\":\"2026-12-02T09:00:00Z\",\"as\":\"b\",\"decision\":\"approve\"}", ":1: invoice: wanted a string"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *findings = NULL;
		g_assert_null(read_text(cases[i].text, &findings));
		if (!g_str_has_prefix(findings, cases[i].begins))
			g_error("wanted %s\nfound  %s", cases[i].begins, findings);
	}
	g_autoptr(GError) error = NULL;
	g_assert_null(foreseen_read("/nonexistent/decisions", &error));
	g_assert_cmpint(error_kind(error), ==, ERROR_NOT_FOUND);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/foreseen/order", test_order);
	g_test_add_func("/foreseen/wrong", test_wrong);
	return g_test_run();
}
