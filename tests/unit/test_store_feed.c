/* What calendars of absences say is kept apart from the record; who is told otherwise than before is looked at, and nobody else. */
#include <string.h>

#include "ics/feed_absences.h"
#include "store_fixture.h"

static IcsAbsence *absence(const char *address, gint64 from, gint64 until, const char *deputy)
{
	IcsAbsence *made = g_new0(IcsAbsence, 1);
	*made = (IcsAbsence){g_strdup(address), FALSE, from, until, g_strdup(deputy)};
	return made;
}

static void free_absence(gpointer made)
{
	ics_absence_free(made);
}

/* NULL-ended. */
static GPtrArray *list_of(IcsAbsence *first, IcsAbsence *second)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(free_absence);
	if (first)
		g_ptr_array_add(list, first);
	if (second)
		g_ptr_array_add(list, second);
	return list;
}

/* What the calendar says from then on; the approvals that are to be looked at after that, and nothing else is. */
static char *say(Fixture *fixture, const char *url, GPtrArray *absences, gint64 now)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(store_begin(fixture->store, &error));
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_APPROVAL, "a1", INSTANT_NONE, &error));
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_APPROVAL, "a2", INSTANT_NONE, &error));
	g_assert_true(store_feed_say(fixture->store, url, absences, now, &error));
	g_assert_true(store_commit(fixture->store, &error));
	g_autoptr(GPtrArray) due = store_wakeups_due_of(fixture->store, WAKEUP_APPROVAL, now, 10, &error);
	g_assert_no_error(error);
	GString *woken = g_string_new(NULL);
	for (guint i = 0; i < due->len; i++)
		g_string_append_printf(woken, "%s%s", i ? " " : "", ((const Wakeup *)due->pdata[i])->id);
	if (absences)
		g_ptr_array_unref(absences);
	return g_string_free(woken, FALSE);
}

static char *mail_of(Fixture *fixture, const char *person)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(PersonRow) row = store_person(fixture->store, person, &error);
	g_assert_no_error(error);
	return g_utf8_strdown(row->person->mail, -1);
}

static void assert_says(Fixture *fixture, const char *address, guint count)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) said = store_feed_absences(fixture->store, address, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(said->len, ==, count);
}

static void test_who_is_woken(void)
{
	Fixture fixture;
	fixture_init(&fixture);
	fixture_open_approvals(&fixture);
	g_autofree char *one = mail_of(&fixture, "p1");
	g_autofree char *two = mail_of(&fixture, "p2");
	const struct {
		const char *url;
		GPtrArray *says;
		const char *woken;
		guint of_one;
	} steps[] = {
		{"https://a", list_of(absence(one, 100, 200, NULL), NULL), "a1", 1},
		{"https://a", list_of(absence(one, 100, 200, NULL), NULL), "", 1},
		{"https://a", list_of(absence(one, 100, 200, NULL), absence(two, 100, 200, NULL)), "a2", 1},
		{"https://a", list_of(absence(one, 100, 200, "kim"), absence(two, 100, 200, NULL)), "a1", 1},
		{"https://b", list_of(absence(one, 150, 300, NULL), absence("stranger@x.nl", 1, 2, NULL)), "a1", 2},
		{"https://a", list_of(absence(one, 100, 201, "kim"), NULL), "a1 a2", 2},
		{"https://a", list_of(NULL, NULL), "a1", 1},
		{"https://b", NULL, "a1", 0},
		{"https://b", NULL, "", 0},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_autofree char *woken = say(&fixture, steps[i].url, steps[i].says, FIXTURE_NOW + 1000);
		g_test_message("step %u", (guint)i);
		g_assert_cmpstr(woken, ==, steps[i].woken);
		assert_says(&fixture, one, steps[i].of_one);
	}
	g_assert_cmpint(fixture_count(&fixture, "SELECT COUNT(*) FROM feed_absence"), ==, 0);
	fixture_clear(&fixture);
}

static void test_row(void)
{
	Fixture fixture;
	g_autoptr(GError) error = NULL;
	fixture_init(&fixture);
	g_autoptr(FeedRow) none = store_feed(fixture.store, "https://a", &error);
	g_assert_no_error(error);
	g_assert_null(none);
	FeedRow row = {.url = (char *)"https://a", .tried = 5, .good = INSTANT_NONE, .parsed = 3, .next = 9, .etag = (char *)"\"1\"", .failing = 4, .failure = (char *)"no"};
	g_assert_true(store_feed_set(fixture.store, &row, &error));
	row.tried = 6;
	g_assert_true(store_feed_set(fixture.store, &row, &error));
	fixture_reopen(&fixture);
	g_autoptr(FeedRow) read = store_feed(fixture.store, "https://a", &error);
	g_assert_no_error(error);
	g_assert_cmpint(read->tried, ==, 6);
	g_assert_cmpint(read->good, ==, INSTANT_NONE);
	g_assert_cmpint(read->parsed, ==, 3);
	g_assert_cmpint(read->next, ==, 9);
	g_assert_cmpint(read->failing, ==, 4);
	g_assert_cmpstr(read->etag, ==, "\"1\"");
	g_assert_null(read->modified);
	g_assert_null(read->sha256);
	g_assert_cmpstr(read->failure, ==, "no");
	g_autoptr(GPtrArray) all = store_feeds(fixture.store, &error);
	g_assert_cmpuint(all->len, ==, 1);
	fixture_clear(&fixture);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/store-feed/who-is-woken", test_who_is_woken);
	g_test_add_func("/store-feed/row", test_row);
	return g_test_run();
}
