/* Every question to the directory goes through here, and through the worker's thread. */
#include "session/answers.h"

#include "base/error.h"
#include "base/secret.h"
#include "directory/worker.h"
#include "domain/step.h"
#include "session/answer_text.h"

#include <string.h>

/* That nobody was found is worth asking again soon. */
#define FRESH_NOBODY_S 300

/* In questions: how many a transaction writes down. */
#define KEEP_BATCH 500

struct Answers {
	const Settings *settings;
	Store *store; /* NULL: none */
	gboolean keeps;
	Worker *worker;
	AnswersAsker asker;
	AnswersMode mode;
	GHashTable *kept;     /* key -> KeptAnswer */
	GPtrArray *wanted;    /* of DirectoryQuestion */
	GHashTable *wanted_keys;
	GPtrArray *under_way; /* of DirectoryQuestion; NULL: none */
	KeptAnswer *passing;  /* the last answer that is not kept */
	AnswersSeen seen;
	gint64 heard;
	GError *missed; /* NULL: all was answered */
	gboolean incomplete;
};

static void kept_answer_free(gpointer data)
{
	KeptAnswer *answer = data;
	if (!answer)
		return;
	g_clear_pointer(&answer->people, g_ptr_array_unref);
	g_clear_error(&answer->error);
	g_clear_pointer(&answer->steps, g_ptr_array_unref);
	g_free(answer);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeptAnswer, kept_answer_free)

static void question_free(gpointer question)
{
	directory_question_free(question);
}

static void begin_by_worker(gpointer worker, GPtrArray *questions)
{
	worker_answer_begin(worker, questions);
}

static gboolean wait_for_worker(gpointer worker, gint64 us)
{
	return worker_answer_wait(worker, us);
}

static void end_by_worker(gpointer worker)
{
	worker_answer_end(worker);
}

Answers *answers_new(Settings *settings, Store *store, gboolean keeps)
{
	Answers *answers = g_new0(Answers, 1);
	answers->heard = INSTANT_NONE;
	answers->settings = settings;
	answers->store = store;
	answers->keeps = keeps;
	answers->worker = worker_new(settings);
	answers->asker = (AnswersAsker){begin_by_worker, wait_for_worker, end_by_worker, answers->worker};
	answers->kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, kept_answer_free);
	answers->wanted = g_ptr_array_new_with_free_func(question_free);
	answers->wanted_keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return answers;
}

void answers_free(Answers *answers)
{
	if (!answers)
		return;
	worker_free(answers->worker); /* before the questions that it has */
	g_clear_pointer(&answers->under_way, g_ptr_array_unref);
	g_ptr_array_unref(answers->wanted);
	g_hash_table_unref(answers->wanted_keys);
	g_hash_table_unref(answers->kept);
	kept_answer_free(answers->passing);
	g_clear_error(&answers->missed);
	g_free(answers);
}

void answers_set_asker(Answers *answers, const AnswersAsker *asker)
{
	answers->asker = *asker;
}

void answers_set_stop(Answers *answers, gboolean (*is_stopping)(gpointer user_data), gpointer user_data)
{
	worker_set_stop(answers->worker, is_stopping, user_data);
}

AnswersMode answers_set_mode(Answers *answers, AnswersMode mode)
{
	const AnswersMode before = answers->mode;
	answers->mode = mode;
	return before;
}

AnswersMode answers_mode(const Answers *answers)
{
	return answers->mode;
}

void answers_forget(Answers *answers)
{
	g_hash_table_remove_all(answers->kept);
	g_hash_table_remove_all(answers->wanted_keys);
	g_ptr_array_set_size(answers->wanted, 0); /* what a pass wanted that an error ended */
	g_clear_error(&answers->missed);
	answers->heard = INSTANT_NONE;
}

gint64 answers_heard(const Answers *answers)
{
	return answers->heard;
}

gboolean answers_were_missed(const Answers *answers)
{
	return answers->missed != NULL;
}

const GError *answers_missed_why(const Answers *answers)
{
	return answers->missed;
}

void answers_begin_try(Answers *answers)
{
	answers->incomplete = FALSE;
}

gboolean answers_are_incomplete(const Answers *answers)
{
	return answers->mode == ANSWERS_GATHER && answers->incomplete;
}

/* --- what the store holds --- */

/* No name of anybody stands in it, and another directory section has other names for the same questions. */
static char *store_key(const Answers *answers, const char *key)
{
	const char *section = answers->settings->directory_fingerprint ? answers->settings->directory_fingerprint : "";
	char hex[SHA256_HEX_SIZE];
	sha256_hex2(section, strlen(section), key, strlen(key), hex);
	return g_strdup(hex);
}

static void stamp(const GPtrArray *people, gint64 as_of)
{
	for (guint i = 0; i < people->len; i++)
		((Person *)people->pdata[i])->as_of = as_of;
}

static KeptAnswer *read_row(const AnswerRow *row)
{
	g_autoptr(KeptAnswer) answer = g_new0(KeptAnswer, 1);
	if (!answer_text_read(row->answer, &answer->people, &answer->steps))
		return NULL;
	g_autofree char *when = instant_format(row->asked);
	g_ptr_array_add(answer->steps, step_new(STEP_AS_OF, when, NULL));
	answer->as_of = row->asked;
	stamp(answer->people, row->asked);
	return g_steal_pointer(&answer);
}

/* The last good answer that still serves; NULL. What it holds of a time to come is not fresh, and ages from now. */
static KeptAnswer *recall(const Answers *answers, const char *key, gint64 now)
{
	g_autofree char *name = answers->store ? store_key(answers, key) : NULL;
	g_autoptr(GError) failure = NULL;
	g_autoptr(AnswerRow) row = name ? store_answer(answers->store, name, &failure) : NULL;
	if (failure)
		g_warning("what the directory said before: %s", failure->message);
	if (!row || now - row->asked >= answers->settings->cache_stale_ok_s)
		return NULL;
	KeptAnswer *answer = read_row(row);
	const gint64 fresh = answer && answer->people->len ? answers->settings->cache_fresh_s : MIN(FRESH_NOBODY_S, answers->settings->cache_fresh_s);
	if (answer)
		answer->settled = row->asked <= now && now - row->asked < fresh;
	return answer;
}

static gboolean keep_one(const Answers *answers, const DirectoryQuestion *question, const GPtrArray *people, const GPtrArray *steps, gint64 now, GError **error)
{
	g_autofree char *key = directory_question_key(question), *name = store_key(answers, key);
	g_autofree char *text = answer_text_write(people, steps);
	return store_answer_keep(answers->store, name, now, text, error);
}

/* Whoever was found by another question is found by asking for that very person: what serves for the one serves for the other. `named`: whose answer is kept already. */
static gboolean keep_everybody(const Answers *answers, const GPtrArray *people, GHashTable *named, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) steps = g_ptr_array_new();
	for (guint i = 0; i < people->len; i++) {
		Person *person = people->pdata[i];
		if (!person->directory_id || person_address_of_id(person->directory_id) || !g_hash_table_add(named, g_strdup(person->directory_id)))
			continue;
		g_autoptr(DirectoryQuestion) again = directory_question_new(QUESTION_AGAIN, person->directory_id, NULL);
		g_autoptr(GPtrArray) alone = g_ptr_array_new();
		g_ptr_array_add(alone, person);
		if (!keep_one(answers, again, alone, steps, now, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean keep_some(const Answers *answers, const GPtrArray *questions, guint from, GHashTable *named, gint64 now, GError **error)
{
	for (guint i = from; i < MIN(questions->len, from + KEEP_BATCH); i++) {
		const DirectoryQuestion *question = questions->pdata[i];
		if (!question->people || question->kind == QUESTION_SERVER)
			continue; /* what the server is now is nothing that lasts */
		if (!keep_one(answers, question, question->people, question->steps, now, error) ||
		    (question->kind != QUESTION_AGAIN && !keep_everybody(answers, question->people, named, now, error)))
			return FALSE;
	}
	return TRUE;
}

/* Who was asked for themselves, with the steps of that. */
static GHashTable *names_of(const GPtrArray *questions)
{
	GHashTable *named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < questions->len; i++) {
		const DirectoryQuestion *question = questions->pdata[i];
		if (question->kind == QUESTION_AGAIN)
			g_hash_table_add(named, g_strdup(question->argument));
	}
	return named;
}

/* Nothing depends on it: what cannot be written down now is asked again. Inside somebody's transaction it is not. */
static void keep_all(const Answers *answers, const GPtrArray *questions, gint64 now)
{
	g_autoptr(GError) failure = NULL;
	if (!answers->store || !answers->keeps || store_is_writing(answers->store))
		return;
	g_autoptr(GHashTable) named = names_of(questions);
	for (guint from = 0; from < questions->len && !failure; from += KEEP_BATCH) {
		gboolean ok = store_begin(answers->store, &failure) && keep_some(answers, questions, from, named, now, &failure) &&
		              store_answers_sweep(answers->store, now, answers->settings->cache_stale_ok_s, &failure) && store_commit(answers->store, &failure);
		if (!ok)
			store_rollback(answers->store);
	}
	if (failure)
		g_warning("what the directory says is not kept: %s", failure->message);
}

void answers_sweep(const Answers *answers, gint64 now)
{
	g_autoptr(GError) failure = NULL;
	if (answers->store && answers->keeps && !store_answers_sweep(answers->store, now, answers->settings->cache_stale_ok_s, &failure))
		g_warning("what the directory said before: %s", failure->message);
}

/* --- asking --- */

static gboolean serves(const Answers *answers, const KeptAnswer *kept)
{
	switch (answers->mode) {
	case ANSWERS_ANEW:
		return kept->asked && !kept->stale;
	case ANSWERS_LAST:
	case ANSWERS_HOLD:
		return TRUE;
	default:
		return kept->settled;
	}
}

static KeptAnswer *keep(Answers *answers, const char *key, KeptAnswer *answer)
{
	g_hash_table_replace(answers->kept, g_strdup(key), answer);
	return answer;
}

static KeptAnswer *pass_on(Answers *answers, KeptAnswer *answer)
{
	kept_answer_free(answers->passing);
	answers->passing = answer;
	return answer;
}

static KeptAnswer *unasked(Answers *answers, const char *key, QuestionKind kind)
{
	KeptAnswer *answer = g_new0(KeptAnswer, 1);
	answer->as_of = INSTANT_NONE;
	error_set(&answer->error, ERROR_UNAVAILABLE, "directory: %s has not been asked yet", kind == QUESTION_AGAIN ? "whether somebody is still there" : key);
	return pass_on(answers, answer);
}

static KeptAnswer *want(Answers *answers, const char *key, DirectoryQuestion **question)
{
	const QuestionKind kind = (*question)->kind;
	answers->incomplete = TRUE;
	if (g_hash_table_add(answers->wanted_keys, g_strdup(key)))
		g_ptr_array_add(answers->wanted, g_steal_pointer(question));
	return unasked(answers, key, kind);
}

static KeptAnswer *taken(DirectoryQuestion *question, gint64 now)
{
	KeptAnswer *answer = g_new0(KeptAnswer, 1);
	answer->people = g_steal_pointer(&question->people);
	answer->error = g_steal_pointer(&question->error);
	answer->steps = g_steal_pointer(&question->steps);
	answer->as_of = answer->people ? now : INSTANT_NONE;
	answer->asked = answer->settled = TRUE;
	if (answer->people)
		stamp(answer->people, now);
	return answer;
}

/* The last good answer with the failure of now; NULL where none serves. */
static KeptAnswer *fall_back(const Answers *answers, const char *key, KeptAnswer *failed, gint64 now)
{
	g_autoptr(KeptAnswer) last = recall(answers, key, now);
	if (!last || !last->people->len)
		return NULL;
	for (guint i = failed->steps ? failed->steps->len : 0; i > 0; i--)
		g_ptr_array_insert(last->steps, 0, g_strdup(failed->steps->pdata[i - 1]));
	last->error = g_error_copy(failed->error);
	last->stale = last->asked = last->settled = TRUE;
	return g_steal_pointer(&last);
}

static void note(Answers *answers, const DirectoryQuestion *question, gint64 now)
{
	if (question->people)
		answers->heard = now;
	const gboolean is_missed = question->error && error_kind(question->error) != ERROR_NOT_FOUND && error_kind(question->error) != ERROR_ELSEWHERE;
	if (is_missed && !answers->missed)
		answers->missed = g_error_copy(question->error);
}

/* What became of a question that was put. */
static KeptAnswer *settle(Answers *answers, const char *key, DirectoryQuestion *question, gint64 now)
{
	g_autoptr(KeptAnswer) answer = taken(question, now);
	if (answer->people)
		return keep(answers, key, g_steal_pointer(&answer));
	if (answers->mode == ANSWERS_ANEW && g_hash_table_contains(answers->kept, key))
		return pass_on(answers, g_steal_pointer(&answer));
	KeptAnswer *last = answers->mode == ANSWERS_ANEW ? NULL : fall_back(answers, key, answer, now);
	return keep(answers, key, last ? last : g_steal_pointer(&answer));
}

void answers_put(Answers *answers, GPtrArray *questions, gint64 now)
{
	g_debug("the directory is asked %u questions at once", questions->len);
	answers->asker.begin(answers->asker.user_data, questions);
	answers->asker.end(answers->asker.user_data);
	keep_all(answers, questions, now);
	for (guint i = 0; i < questions->len; i++)
		note(answers, questions->pdata[i], now);
}

static KeptAnswer *put(Answers *answers, const char *key, DirectoryQuestion *question, gint64 now)
{
	g_autoptr(GPtrArray) batch = g_ptr_array_new();
	g_ptr_array_add(batch, question);
	answers_put(answers, batch, now);
	return settle(answers, key, question, now);
}

static KeptAnswer *find_answer(Answers *answers, DirectoryQuestion *asked, gint64 now)
{
	g_autoptr(DirectoryQuestion) question = asked;
	g_autofree char *key = directory_question_key(question);
	KeptAnswer *kept = g_hash_table_lookup(answers->kept, key);
	if (kept && serves(answers, kept))
		return kept;
	if (answers->mode == ANSWERS_GATHER && g_hash_table_contains(answers->wanted_keys, key))
		return want(answers, key, &question);
	g_autoptr(KeptAnswer) recalled = answers->mode != ANSWERS_ANEW ? recall(answers, key, now) : NULL;
	if (recalled && serves(answers, recalled))
		return keep(answers, key, g_steal_pointer(&recalled));
	if (answers->mode == ANSWERS_GATHER)
		return want(answers, key, &question);
	if (answers->mode == ANSWERS_HOLD || answers->under_way)
		return unasked(answers, key, question->kind);
	return put(answers, key, question, now);
}

void answers_begin_seeing(Answers *answers)
{
	answers->seen = (AnswersSeen){.oldest = INSTANT_NONE};
}

AnswersSeen answers_seen(const Answers *answers)
{
	return answers->seen;
}

KeptAnswer *answers_ask(Answers *answers, DirectoryQuestion *question, gint64 now)
{
	KeptAnswer *answer = find_answer(answers, question, now);
	if (answer->people && (answers->seen.oldest == INSTANT_NONE || answer->as_of < answers->seen.oldest))
		answers->seen.oldest = answer->as_of;
	answers->seen.stale |= answer->stale;
	return answer;
}

gboolean answers_fetch_begin(Answers *answers)
{
	if (!answers->wanted->len)
		return FALSE;
	answers->under_way = g_steal_pointer(&answers->wanted);
	answers->wanted = g_ptr_array_new_with_free_func(question_free);
	g_hash_table_remove_all(answers->wanted_keys);
	g_debug("the directory is asked %u questions together", answers->under_way->len);
	answers->asker.begin(answers->asker.user_data, answers->under_way);
	return TRUE;
}

gboolean answers_fetch_wait(Answers *answers)
{
	return answers->asker.wait(answers->asker.user_data, answers->settings->directory_timeout_s * G_USEC_PER_SEC / 2);
}

void answers_fetch_end(Answers *answers, gint64 now)
{
	g_autoptr(GPtrArray) questions = g_steal_pointer(&answers->under_way);
	answers->asker.end(answers->asker.user_data);
	keep_all(answers, questions, now);
	for (guint i = 0; i < questions->len; i++) {
		g_autofree char *key = directory_question_key(questions->pdata[i]);
		note(answers, questions->pdata[i], now);
		settle(answers, key, questions->pdata[i], now);
	}
}

gboolean answers_ping(Answers *answers, GError **error)
{
	return worker_ping(answers->worker, error);
}
