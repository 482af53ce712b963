/* A decision belongs to an invoice and a person; at which stage it counts shows when they are asked. */
#include "rehearse/rehearsing_answers.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

/* A decision of the file, and what was asked that it answers. */
typedef struct {
	const ForeseenDecision *foreseen;
	gboolean used;  /* it was given to a question */
	gboolean heard; /* and counted */
} Answer;

struct RehearsingAnswers {
	GPtrArray *decisions; /* of ForeseenDecision; may be NULL */
	char *origin;
	Typical *typical;     /* may be NULL */
	gint64 from;
	GArray *answers;      /* of Answer, in the same order */
	GHashTable *by_whom;  /* "label\ndirectory id" -> GArray of guint: places in `answers`, by time */
};

void rehearsing_answers_free(RehearsingAnswers *answers)
{
	if (!answers)
		return;
	g_clear_pointer(&answers->decisions, g_ptr_array_unref);
	g_clear_pointer(&answers->typical, typical_free);
	g_array_unref(answers->answers);
	g_hash_table_unref(answers->by_whom);
	g_free(answers->origin);
	g_free(answers);
}

/* --- whose and about what --- */

/* Supplier and number, each by text_key(). */
static char *label_key(const char *label)
{
	const char *slash = strchr(label, '/');
	g_autofree char *supplier = slash ? g_strndup(label, (gsize)(slash - label)) : g_strdup(label);
	g_autofree char *first = text_key(supplier), *second = text_key(slash ? slash + 1 : "");
	return g_strconcat(first, "/", second, NULL);
}

/* key -> label; "" where several have it. */
static GHashTable *index_labels(GHashTable *labels)
{
	GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iter;
	gpointer label;
	g_hash_table_iter_init(&iter, labels);
	while (g_hash_table_iter_next(&iter, &label, NULL)) {
		char *key = label_key(label);
		g_hash_table_insert(index, key, g_hash_table_contains(index, key) ? (gpointer) "" : label);
	}
	return index;
}

static const char *find_label(const RehearsingAnswers *answers, GHashTable *labels, GHashTable *index, const ForeseenDecision *decision, GError **error)
{
	g_autofree char *key = label_key(decision->invoice);
	gpointer label = NULL;
	if (g_hash_table_lookup_extended(labels, decision->invoice, &label, NULL))
		return label;
	label = g_hash_table_lookup(index, key);
	if (!label)
		error_set(error, ERROR_NOT_FOUND, "%s:%u: invoice: there is no open invoice \"%s\"", answers->origin, decision->line, decision->invoice);
	else if (!*(const char *)label)
		error_set(error, ERROR_CONFLICT, "%s:%u: invoice: several are called \"%s\"", answers->origin, decision->line, decision->invoice);
	return label && *(const char *)label ? label : NULL;
}

static const Person *find_person(const RehearsingAnswers *answers, const PeopleSource *people, const ForeseenDecision *decision, GPtrArray **found, GError **error)
{
	if (!people->user(people->user_data, decision->person, found, NULL, error))
		return NULL;
	if ((*found)->len)
		return (*found)->pdata[0];
	error_set(error, ERROR_NOT_FOUND, "%s:%u: as: nobody has the uid \"%s\"", answers->origin, decision->line, decision->person);
	return NULL;
}

static char *answer_key(const char *label, const char *directory_id)
{
	return g_strconcat(label, "\n", directory_id, NULL);
}

static gboolean take_decision(RehearsingAnswers *answers, guint place, GHashTable *labels, GHashTable *index, const PeopleSource *people, GError **error)
{
	const ForeseenDecision *decision = answers->decisions->pdata[place];
	g_autoptr(GPtrArray) found = NULL;
	const char *label = find_label(answers, labels, index, decision, error);
	const Person *person = label ? find_person(answers, people, decision, &found, error) : NULL;
	if (!person)
		return FALSE;
	g_autofree char *key = answer_key(label, person->directory_id);
	GArray *places = g_hash_table_lookup(answers->by_whom, key);
	if (!places) {
		places = g_array_new(FALSE, FALSE, sizeof(guint));
		g_hash_table_insert(answers->by_whom, g_steal_pointer(&key), places);
	}
	g_array_append_val(places, place);
	return TRUE;
}

RehearsingAnswers *rehearsing_answers_new(GPtrArray *decisions, const char *origin, Typical *typical, GHashTable *labels, const PeopleSource *people, GError **error)
{
	g_autoptr(RehearsingAnswers) answers = g_new0(RehearsingAnswers, 1);
	g_autoptr(GHashTable) index = index_labels(labels);
	answers->decisions = decisions;
	answers->origin = text_clean_line(origin ? origin : "");
	answers->typical = typical;
	answers->answers = g_array_new(FALSE, TRUE, sizeof(Answer));
	answers->by_whom = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
	for (guint i = 0; decisions && i < decisions->len; i++) {
		const Answer answer = {.foreseen = decisions->pdata[i]};
		g_array_append_val(answers->answers, answer);
		if (!take_decision(answers, i, labels, index, people, error))
			return NULL;
	}
	return g_steal_pointer(&answers);
}

/* --- answering --- */

void rehearsing_answers_start(RehearsingAnswers *answers, gint64 from)
{
	answers->from = from;
	for (guint i = 0; i < answers->answers->len; i++)
		g_array_index(answers->answers, Answer, i).used = g_array_index(answers->answers, Answer, i).heard = FALSE;
}

/* One that answered what was asked before may answer what is asked after it only where it comes later than that: the same word does not decide two stages. */
static Answer *find_answer(RehearsingAnswers *answers, const RehearsedQuestion *question)
{
	g_autofree char *key = answer_key(question->invoice, question->person->directory_id);
	const GArray *places = g_hash_table_lookup(answers->by_whom, key);
	for (guint i = 0; places && i < places->len; i++) {
		Answer *answer = &g_array_index(answers->answers, Answer, g_array_index(places, guint, i));
		if (answer->foreseen->at < answers->from)
			continue;
		if (answer->foreseen->at > question->since || (answer->foreseen->at == question->since && !answer->used))
			return answer;
	}
	return NULL;
}

gboolean rehearsing_answers_decide(RehearsingAnswers *answers, const RehearsedQuestion *question, RehearsedAnswer *answer)
{
	Answer *found = find_answer(answers, question);
	if (found) {
		found->used = TRUE;
		*answer = (RehearsedAnswer){found->foreseen->at, found->foreseen->rejects};
		return TRUE;
	}
	const gint64 seconds = answers->typical ? typical_seconds(answers->typical, question->person->directory_id) : -1;
	if (seconds < 0)
		return FALSE;
	*answer = (RehearsedAnswer){calendar_add_working_seconds(question->calendar, question->asked, seconds), FALSE};
	return answer->at != INSTANT_NONE;
}

void rehearsing_answers_hear(RehearsingAnswers *answers, const Rehearsed *rehearsed)
{
	if (rehearsed->kind != REHEARSED_DECIDED || !rehearsed->person)
		return;
	g_autofree char *key = answer_key(rehearsed->invoice, rehearsed->person->directory_id);
	const GArray *places = g_hash_table_lookup(answers->by_whom, key);
	for (guint i = 0; places && i < places->len; i++) {
		Answer *answer = &g_array_index(answers->answers, Answer, g_array_index(places, guint, i));
		if (answer->used && !answer->heard && answer->foreseen->at <= rehearsed->at) {
			answer->heard = TRUE;
			return;
		}
	}
}

GPtrArray *rehearsing_answers_idle(const RehearsingAnswers *answers)
{
	GPtrArray *idle = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < answers->answers->len; i++) {
		const Answer *answer = &g_array_index(answers->answers, Answer, i);
		if (!answer->heard)
			g_ptr_array_add(idle, g_strdup_printf("%s:%u: %s is not asked about %s then", answers->origin, answer->foreseen->line, answer->foreseen->person,
			                                      answer->foreseen->invoice));
	}
	return idle;
}
