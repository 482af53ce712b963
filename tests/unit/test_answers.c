/* What is asked, what is not, and what serves while the directory does not say: a fake one is asked, which counts. */
#include "session/answers.h"

#include "domain/resolve.h"
#include "settings_fixture.h"
#include "store_fixture.h"

#include <string.h>

#define NOW  FIXTURE_NOW
#define HOUR 3600
#define DAY  86400

typedef struct {
	Fixture fixture;
	Settings *settings;
	Answers *answers;
	/* the directory */
	gboolean is_down, is_slow;
	ErrorKind kind; /* how it fails */
	guint asked;    /* questions */
	guint batches;
	GPtrArray *questions; /* under way; NULL */
} Scene;

static void answer(const Scene *scene, DirectoryQuestion *question)
{
	directory_question_clear_answer(question);
	question->steps = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(question->steps, g_strdup("searched"));
	if (scene->is_down) {
		g_set_error(&question->error, AKKOORD_ERROR, (gint)scene->kind, "it is down");
		return;
	}
	question->people = people_list_new();
	if (g_str_has_prefix(question->argument, "nobody"))
		return;
	Person *person = person_new();
	person->directory_id = g_strconcat("id-", question->argument, NULL);
	person->mail = g_strconcat(question->argument, "@example.nl", NULL);
	g_ptr_array_add(question->people, person);
}

static void begin(gpointer user_data, GPtrArray *questions)
{
	Scene *scene = user_data;
	g_assert_null(scene->questions);
	scene->questions = questions;
	scene->batches++;
	scene->asked += questions->len;
}

static gboolean wait_for_it(gpointer user_data, gint64 us)
{
	(void)us;
	return !((Scene *)user_data)->is_slow;
}

static void end(gpointer user_data)
{
	Scene *scene = user_data;
	GPtrArray *questions = g_steal_pointer(&scene->questions);
	for (guint i = 0; i < questions->len; i++)
		answer(scene, questions->pdata[i]);
}

static void new_answers(Scene *scene, gboolean keeps)
{
	const AnswersAsker asker = {begin, wait_for_it, end, scene};
	g_clear_pointer(&scene->answers, answers_free);
	scene->answers = answers_new(scene->settings, scene->fixture.store, keeps);
	answers_set_asker(scene->answers, &asker);
}

static void scene_init(Scene *scene, const char *cache)
{
	*scene = (Scene){.kind = ERROR_UNAVAILABLE};
	fixture_init(&scene->fixture);
	scene->settings = settings_fixture(cache);
	new_answers(scene, TRUE);
}

static void scene_clear(Scene *scene)
{
	answers_free(scene->answers);
	settings_unref(scene->settings);
	fixture_clear(&scene->fixture);
}

static const KeptAnswer *ask_at(Scene *scene, const char *uid, gint64 now)
{
	return answers_ask(scene->answers, directory_question_new(QUESTION_USER, uid, NULL), now);
}

/* As a later pass does. */
static const KeptAnswer *ask_later(Scene *scene, const char *uid, gint64 now)
{
	answers_forget(scene->answers);
	return ask_at(scene, uid, now);
}

static void assert_found(const KeptAnswer *answer, guint count, gint64 as_of, gboolean stale)
{
	g_assert_nonnull(answer->people);
	g_assert_cmpuint(answer->people->len, ==, count);
	g_assert_cmpint(answer->as_of, ==, as_of);
	g_assert_cmpint(answer->stale, ==, stale);
	for (guint i = 0; i < count; i++)
		g_assert_cmpint(((const Person *)answer->people->pdata[i])->as_of, ==, as_of);
}

static void assert_unknown(const KeptAnswer *answer)
{
	g_assert_null(answer->people);
	g_assert_nonnull(answer->error);
	g_assert_cmpint(answer->as_of, ==, INSTANT_NONE);
}

static void test_once_a_pass(void)
{
	Scene scene;
	scene_init(&scene, "cache = { fresh = \"0s\"; stale_ok = \"0s\"; };");
	assert_found(ask_at(&scene, "anna", NOW), 1, NOW, FALSE);
	assert_found(ask_at(&scene, "anna", NOW + 5), 1, NOW, FALSE);
	g_assert_cmpuint(scene.asked, ==, 1);
	assert_found(ask_later(&scene, "anna", NOW + 5), 1, NOW + 5, FALSE);
	g_assert_cmpuint(scene.asked, ==, 2);
	scene.is_down = TRUE; /* and it is not asked again what it did not say */
	assert_unknown(ask_later(&scene, "anna", NOW + 6));
	assert_unknown(ask_at(&scene, "anna", NOW + 6));
	g_assert_cmpuint(scene.asked, ==, 3);
	g_assert_true(answers_were_missed(scene.answers));
	scene_clear(&scene);
}

/* Which answers are asked for again, with fresh = 1h: after so many seconds. */
static const struct {
	const char *uid;
	gint64 after;
	gboolean asked;
} AGES[] = {
	{"anna", 0, FALSE}, {"anna", 299, FALSE}, {"anna", 3599, FALSE}, {"anna", 3600, TRUE}, {"anna", 30 * DAY, TRUE},
	{"anna", -1, TRUE}, /* the clock went back: how old it is nobody knows */
	{"nobody", 0, FALSE}, {"nobody", 299, FALSE}, {"nobody", 300, TRUE}, {"nobody", 3599, TRUE},
};

static void test_fresh(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(AGES); i++) {
		Scene scene;
		scene_init(&scene, "cache = { fresh = \"1h\"; stale_ok = \"7d\"; };");
		g_test_message("%s after %" G_GINT64_FORMAT, AGES[i].uid, AGES[i].after);
		ask_at(&scene, AGES[i].uid, NOW);
		new_answers(&scene, TRUE); /* another process */
		const KeptAnswer *kept = ask_at(&scene, AGES[i].uid, NOW + AGES[i].after);
		assert_found(kept, strcmp(AGES[i].uid, "anna") ? 0 : 1, AGES[i].asked ? NOW + AGES[i].after : NOW, FALSE);
		g_assert_cmpuint(scene.asked, ==, AGES[i].asked ? 2 : 1);
		scene_clear(&scene);
	}
}

/* Whatever kind of failure, and however often: the last good answer serves for seven days, and not a second longer. */
static void test_stale(void)
{
	const ErrorKind kinds[] = {ERROR_UNAVAILABLE, ERROR_PERMANENT, ERROR_CONFIG, ERROR_TRANSIENT};
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		Scene scene;
		scene_init(&scene, "");
		ask_at(&scene, "anna", NOW);
		ask_at(&scene, "nobody", NOW);
		scene.is_down = TRUE;
		scene.kind = kinds[i];
		for (gint64 after = HOUR; after < 7 * DAY; after += 5 * HOUR)
			assert_found(ask_later(&scene, "anna", NOW + after), 1, NOW, TRUE);
		assert_found(ask_later(&scene, "anna", NOW + 7 * DAY - 1), 1, NOW, TRUE);
		assert_unknown(ask_later(&scene, "anna", NOW + 7 * DAY));
		/* that nobody was found an hour ago says nothing of now */
		assert_unknown(ask_later(&scene, "nobody", NOW + HOUR));
		/* what was never answered stays unknown */
		assert_unknown(ask_later(&scene, "mark", NOW + HOUR));
		scene.is_down = FALSE;
		assert_found(ask_later(&scene, "anna", NOW + 8 * DAY), 1, NOW + 8 * DAY, FALSE);
		scene_clear(&scene);
	}
}

/* Whoever was found by any question serves as the answer about that very person: so a deputy out of a group that was asked yesterday can be told today. */
static void test_found_by_another_question(void)
{
	Scene scene;
	scene_init(&scene, "");
	ask_at(&scene, "anna", NOW);
	scene.is_down = TRUE;
	answers_forget(scene.answers);
	assert_found(answers_ask(scene.answers, directory_question_new(QUESTION_AGAIN, "id-anna", NULL), NOW + HOUR / 2), 1, NOW, FALSE);
	answers_forget(scene.answers);
	assert_found(answers_ask(scene.answers, directory_question_new(QUESTION_AGAIN, "id-anna", NULL), NOW + DAY), 1, NOW, TRUE);
	assert_unknown(answers_ask(scene.answers, directory_question_new(QUESTION_AGAIN, "id-mark", NULL), NOW + DAY));
	answers_forget(scene.answers);
	assert_unknown(answers_ask(scene.answers, directory_question_new(QUESTION_AGAIN, "id-anna", NULL), NOW + 7 * DAY));
	scene_clear(&scene);
}

static void test_why_stale(void)
{
	Scene scene;
	scene_init(&scene, "");
	ask_at(&scene, "anna", NOW);
	scene.is_down = TRUE;
	const KeptAnswer *kept = ask_later(&scene, "anna", NOW + 2 * HOUR);
	g_assert_error(kept->error, AKKOORD_ERROR, ERROR_UNAVAILABLE);
	g_assert_cmpuint(kept->steps->len, ==, 3); /* the search of now, the one of then, when that was */
	g_assert_true(g_str_has_prefix(kept->steps->pdata[2], "as-of"));
	scene_clear(&scene);
}

/* Other searches find other people: what stands in the store is of another section then. But how the servers are reached does not matter. */
static void test_other_section(void)
{
	const struct {
		const char *section;
		gboolean void_;
	} cases[] = {
		{"", FALSE},
		{"starttls = true; cache = { fresh = \"2h\"; };", FALSE},
		{"person = { filter = \"(objectClass=person)\"; };", TRUE},
		{"group = { nested = \"off\"; };", TRUE},
		{"bind = { method = \"gssapi\"; principal = \"other@EXAMPLE.NL\"; };", TRUE}, /* who may see other things */
		{"lookups = ( { name = \"x\"; filter = \"(ou={order})\"; } );", TRUE},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		Scene scene;
		scene_init(&scene, "");
		ask_at(&scene, "anna", NOW);
		settings_unref(scene.settings);
		scene.settings = settings_fixture(cases[i].section);
		new_answers(&scene, TRUE);
		ask_at(&scene, "anna", NOW + 60);
		g_test_message("%s", cases[i].section);
		g_assert_cmpuint(scene.asked, ==, cases[i].void_ ? 2 : 1);
		scene_clear(&scene);
	}
}

static void test_last(void)
{
	Scene scene;
	scene_init(&scene, "");
	answers_set_mode(scene.answers, ANSWERS_LAST);
	assert_found(ask_at(&scene, "anna", NOW), 1, NOW, FALSE); /* nothing is known: it is asked */
	assert_found(ask_later(&scene, "anna", NOW + 6 * DAY), 1, NOW, FALSE);
	g_assert_cmpuint(scene.asked, ==, 1);
	/* what was good enough for that is not for whoever plans */
	answers_set_mode(scene.answers, ANSWERS_USUAL);
	assert_found(ask_at(&scene, "anna", NOW + 6 * DAY), 1, NOW + 6 * DAY, FALSE);
	g_assert_cmpuint(scene.asked, ==, 2);
	scene_clear(&scene);
}

static void test_hold(void)
{
	Scene scene;
	scene_init(&scene, "");
	answers_set_mode(scene.answers, ANSWERS_HOLD);
	assert_unknown(ask_at(&scene, "anna", NOW));
	answers_set_mode(scene.answers, ANSWERS_USUAL);
	ask_at(&scene, "anna", NOW);
	answers_forget(scene.answers);
	answers_set_mode(scene.answers, ANSWERS_HOLD);
	assert_found(ask_at(&scene, "anna", NOW + DAY), 1, NOW, FALSE);
	assert_unknown(ask_at(&scene, "mark", NOW + DAY));
	answers_forget(scene.answers);
	assert_unknown(ask_at(&scene, "anna", NOW + 7 * DAY));
	g_assert_cmpuint(scene.asked, ==, 1);
	g_assert_false(answers_were_missed(scene.answers));
	scene_clear(&scene);
}

/* That nobody was found a while ago is told apart from that nobody is there, however it is asked; and what it served for is not kept for whoever plans. */
static void test_old_nobody(void)
{
	static const AnswersMode modes[] = {ANSWERS_LAST, ANSWERS_HOLD};
	for (guint i = 0; i < G_N_ELEMENTS(modes); i++) {
		Scene scene;
		scene_init(&scene, "");
		ask_at(&scene, "nobody", NOW);
		answers_set_mode(scene.answers, modes[i]);
		g_assert_true(ask_later(&scene, "nobody", NOW + 299)->settled);
		g_assert_false(ask_later(&scene, "nobody", NOW + 300)->settled);
		answers_set_mode(scene.answers, ANSWERS_USUAL);
		scene.is_down = TRUE;
		assert_unknown(ask_at(&scene, "nobody", NOW + 300));
		scene_clear(&scene);
	}
}

/* Who acts as an admin is one now. */
static void test_anew(void)
{
	Scene scene;
	scene_init(&scene, "");
	ask_at(&scene, "anna", NOW);
	answers_forget(scene.answers);
	answers_set_mode(scene.answers, ANSWERS_ANEW);
	assert_found(ask_at(&scene, "anna", NOW + 1), 1, NOW + 1, FALSE);
	g_assert_cmpuint(scene.asked, ==, 2);
	assert_found(ask_at(&scene, "anna", NOW + 1), 1, NOW + 1, FALSE);
	g_assert_cmpuint(scene.asked, ==, 2);
	scene.is_down = TRUE;
	assert_unknown(ask_later(&scene, "anna", NOW + 2)); /* however fresh the last answer is */
	answers_forget(scene.answers);
	answers_set_mode(scene.answers, ANSWERS_USUAL);
	assert_found(ask_at(&scene, "anna", NOW + 3), 1, NOW + 1, FALSE);
	answers_set_mode(scene.answers, ANSWERS_ANEW);
	assert_unknown(ask_at(&scene, "anna", NOW + 3));
	answers_set_mode(scene.answers, ANSWERS_USUAL);
	assert_found(ask_at(&scene, "anna", NOW + 3), 1, NOW + 1, FALSE); /* and the others keep theirs */
	scene_clear(&scene);
}

static void fetch(Scene *scene, gint64 now)
{
	g_assert_true(answers_fetch_begin(scene->answers));
	g_assert_true(answers_fetch_wait(scene->answers));
	answers_fetch_end(scene->answers, now);
}

static void test_gather(void)
{
	Scene scene;
	scene_init(&scene, "");
	ask_at(&scene, "anna", NOW);
	answers_set_mode(scene.answers, ANSWERS_GATHER);
	answers_begin_try(scene.answers);
	assert_found(ask_at(&scene, "anna", NOW), 1, NOW, FALSE);
	g_assert_false(answers_are_incomplete(scene.answers));
	for (guint i = 0; i < 1000; i++) {
		g_autofree char *uid = g_strdup_printf("u%u", i % 100);
		answers_begin_try(scene.answers);
		assert_unknown(ask_at(&scene, uid, NOW));
		g_assert_true(answers_are_incomplete(scene.answers));
	}
	answers_begin_try(scene.answers);
	g_assert_false(answers_are_incomplete(scene.answers));
	g_assert_cmpuint(scene.batches, ==, 1);
	fetch(&scene, NOW);
	g_assert_cmpuint(scene.batches, ==, 2);
	g_assert_cmpuint(scene.asked, ==, 101);
	answers_begin_try(scene.answers);
	assert_found(ask_at(&scene, "u99", NOW), 1, NOW, FALSE);
	g_assert_false(answers_are_incomplete(scene.answers));
	g_assert_false(answers_fetch_begin(scene.answers));
	/* what it did not say is unknown then, not wanted for ever */
	scene.is_down = TRUE;
	ask_at(&scene, "mark", NOW);
	fetch(&scene, NOW);
	answers_begin_try(scene.answers);
	assert_unknown(ask_at(&scene, "mark", NOW));
	g_assert_false(answers_are_incomplete(scene.answers));
	g_assert_false(answers_fetch_begin(scene.answers));
	scene_clear(&scene);
}

/* A pass that an error ended leaves the next one nothing to ask. */
static void test_forgotten(void)
{
	Scene scene;
	scene_init(&scene, "");
	answers_set_mode(scene.answers, ANSWERS_GATHER);
	ask_at(&scene, "anna", NOW);
	answers_forget(scene.answers);
	g_assert_false(answers_fetch_begin(scene.answers));
	ask_at(&scene, "anna", NOW);
	g_assert_true(answers_fetch_begin(scene.answers));
	answers_fetch_end(scene.answers, NOW);
	g_assert_cmpuint(scene.asked, ==, 1);
	scene_clear(&scene);
}

/* Whoever sends meanwhile neither waits nor disturbs. */
static void test_asked_while_under_way(void)
{
	Scene scene;
	scene_init(&scene, "");
	ask_at(&scene, "anna", NOW);
	answers_forget(scene.answers);
	answers_set_mode(scene.answers, ANSWERS_GATHER);
	ask_at(&scene, "mark", NOW + 2 * DAY);
	scene.is_slow = TRUE;
	g_assert_true(answers_fetch_begin(scene.answers));
	g_assert_false(answers_fetch_wait(scene.answers));
	answers_set_mode(scene.answers, ANSWERS_LAST);
	assert_found(ask_at(&scene, "anna", NOW + 2 * DAY), 1, NOW, FALSE);
	assert_unknown(ask_at(&scene, "priya", NOW + 2 * DAY));
	answers_fetch_end(scene.answers, NOW + 2 * DAY);
	assert_found(ask_at(&scene, "mark", NOW + 2 * DAY), 1, NOW + 2 * DAY, FALSE);
	assert_found(ask_at(&scene, "priya", NOW + 2 * DAY), 1, NOW + 2 * DAY, FALSE);
	scene_clear(&scene);
}

static void assert_seen(const Scene *scene, gint64 oldest, gboolean stale)
{
	const AnswersSeen seen = answers_seen(scene->answers);
	g_assert_cmpint(seen.oldest, ==, oldest);
	g_assert_cmpint(seen.stale, ==, stale);
}

static void test_seen(void)
{
	Scene scene;
	scene_init(&scene, "");
	ask_at(&scene, "anna", NOW);
	ask_at(&scene, "mark", NOW + DAY);
	answers_forget(scene.answers);
	scene.is_down = TRUE;
	answers_begin_seeing(scene.answers);
	assert_seen(&scene, INSTANT_NONE, FALSE);
	assert_unknown(ask_at(&scene, "priya", NOW + DAY)); /* has no age */
	assert_seen(&scene, INSTANT_NONE, FALSE);
	ask_at(&scene, "mark", NOW + DAY);
	assert_seen(&scene, NOW + DAY, FALSE);
	ask_at(&scene, "anna", NOW + DAY);
	ask_at(&scene, "mark", NOW + DAY);
	assert_seen(&scene, NOW, TRUE);
	answers_begin_seeing(scene.answers);
	ask_at(&scene, "anna", NOW + DAY); /* kept, and stale still */
	assert_seen(&scene, NOW, TRUE);
	scene_clear(&scene);
}

static gint64 count_rows(const Scene *scene)
{
	return fixture_count(&scene->fixture, "SELECT count(*) FROM directory_answer") / 2; /* the question, and that very person */
}

/* What is about people is kept no longer than it serves, and names nobody in its keys. */
static void test_swept(void)
{
	Scene scene;
	scene_init(&scene, "");
	ask_at(&scene, "anna", NOW);
	ask_at(&scene, "mark", NOW + DAY);
	g_assert_cmpint(count_rows(&scene), ==, 2);
	g_assert_cmpint(fixture_count(&scene.fixture, "SELECT count(*) FROM directory_answer WHERE question LIKE '%anna%'"), ==, 0);
	ask_later(&scene, "priya", NOW + 7 * DAY);
	g_assert_cmpint(count_rows(&scene), ==, 2); /* anna's is gone */
	g_assert_cmpint(fixture_count(&scene.fixture, "SELECT count(*) FROM directory_answer WHERE answer LIKE '%anna%'"), ==, 0);
	scene_clear(&scene);
}

/* Of a clock that was far ahead: it ages from when that is seen. */
static void test_swept_of_a_time_to_come(void)
{
	Scene scene;
	scene_init(&scene, "");
	ask_at(&scene, "anna", NOW + 400 * DAY);
	scene.is_down = TRUE;
	answers_sweep(scene.answers, NOW);
	assert_found(ask_later(&scene, "anna", NOW + 7 * DAY - 1), 1, NOW, TRUE);
	assert_unknown(ask_later(&scene, "anna", NOW + 7 * DAY));
	answers_sweep(scene.answers, NOW + 7 * DAY);
	g_assert_cmpint(count_rows(&scene), ==, 0);
	scene.is_down = FALSE;
	ask_later(&scene, "anna", NOW);
	ask_later(&scene, "mark", NOW + 400 * DAY);
	g_assert_cmpint(count_rows(&scene), ==, 1);
	new_answers(&scene, FALSE); /* what is only read is left alone */
	answers_sweep(scene.answers, NOW + 800 * DAY);
	g_assert_cmpint(count_rows(&scene), ==, 1);
	scene_clear(&scene);
}

/* Somebody's transaction is not ended by what is kept, and a store that is only read is not written. */
static void test_not_kept(void)
{
	Scene scene;
	scene_init(&scene, "");
	g_assert_true(store_begin(scene.fixture.store, NULL));
	assert_found(ask_at(&scene, "anna", NOW), 1, NOW, FALSE);
	g_assert_true(store_is_writing(scene.fixture.store));
	store_rollback(scene.fixture.store);
	g_assert_cmpint(count_rows(&scene), ==, 0);
	new_answers(&scene, FALSE);
	assert_found(ask_at(&scene, "anna", NOW), 1, NOW, FALSE);
	g_assert_cmpint(count_rows(&scene), ==, 0);
	scene_clear(&scene);
}

/* A row that is no answer is as if there were none. */
static void test_damaged(void)
{
	const char *const damages[] = {"''", "'x'", "'{}'", "'[]'", "'{\"people\":1,\"steps\":[]}'", "'{\"people\":[]'"};
	for (guint i = 0; i < G_N_ELEMENTS(damages); i++) {
		Scene scene;
		scene_init(&scene, "");
		ask_at(&scene, "anna", NOW);
		g_autofree char *script = g_strdup_printf("UPDATE directory_answer SET answer = %s", damages[i]);
		fixture_tamper(&scene.fixture, script);
		assert_found(ask_later(&scene, "anna", NOW + 1), 1, NOW + 1, FALSE);
		g_assert_cmpuint(scene.asked, ==, 2);
		scene_clear(&scene);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/answers/once-a-pass", test_once_a_pass);
	g_test_add_func("/answers/fresh", test_fresh);
	g_test_add_func("/answers/stale", test_stale);
	g_test_add_func("/answers/found-by-another-question", test_found_by_another_question);
	g_test_add_func("/answers/why-stale", test_why_stale);
	g_test_add_func("/answers/other-section", test_other_section);
	g_test_add_func("/answers/last", test_last);
	g_test_add_func("/answers/hold", test_hold);
	g_test_add_func("/answers/old-nobody", test_old_nobody);
	g_test_add_func("/answers/anew", test_anew);
	g_test_add_func("/answers/gather", test_gather);
	g_test_add_func("/answers/forgotten", test_forgotten);
	g_test_add_func("/answers/asked-while-under-way", test_asked_while_under_way);
	g_test_add_func("/answers/seen", test_seen);
	g_test_add_func("/answers/swept", test_swept);
	g_test_add_func("/answers/swept-of-a-time-to-come", test_swept_of_a_time_to_come);
	g_test_add_func("/answers/not-kept", test_not_kept);
	g_test_add_func("/answers/damaged", test_damaged);
	return g_test_run();
}
