/* Every question to the directory goes through here. */
#include "service/answers.h"

#include "base/error.h"
#include "base/instant.h"
#include "directory/directory.h"

struct Answers {
	const Settings *settings;
	Directory *directory;
	GHashTable *kept; /* key -> KeptAnswer */
	gboolean missed;
};

static void kept_answer_free(gpointer data)
{
	KeptAnswer *answer = data;
	g_clear_pointer(&answer->people, g_ptr_array_unref);
	g_clear_error(&answer->error);
	g_clear_pointer(&answer->steps, g_ptr_array_unref);
	g_free(answer);
}

Answers *answers_new(const Settings *settings)
{
	Answers *answers = g_new0(Answers, 1);
	answers->settings = settings;
	answers->kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, kept_answer_free);
	return answers;
}

void answers_free(Answers *answers)
{
	if (!answers)
		return;
	g_hash_table_unref(answers->kept);
	directory_free(answers->directory);
	g_free(answers);
}

static void put(Answers *answers, DirectoryQuestion *question)
{
	g_autoptr(GPtrArray) batch = g_ptr_array_new();
	g_ptr_array_add(batch, question);
	if (!answers->directory)
		answers->directory = directory_new(answers->settings, &question->error);
	if (answers->directory)
		directory_answer(answers->directory, batch);
}

static KeptAnswer *keep(Answers *answers, char *key, DirectoryQuestion *question, gint64 now)
{
	KeptAnswer *answer = g_new0(KeptAnswer, 1);
	answer->people = g_steal_pointer(&question->people);
	answer->error = g_steal_pointer(&question->error);
	answer->steps = g_steal_pointer(&question->steps);
	answer->as_of = answer->people ? now : INSTANT_NONE;
	answers->missed |= answer->error && error_kind(answer->error) == ERROR_UNAVAILABLE;
	g_hash_table_replace(answers->kept, key, answer);
	return answer;
}

const KeptAnswer *answers_ask(Answers *answers, DirectoryQuestion *question, gint64 now)
{
	g_autoptr(DirectoryQuestion) taken = question;
	g_autofree char *key = directory_question_key(taken);
	const KeptAnswer *kept = g_hash_table_lookup(answers->kept, key);
	if (kept)
		return kept;
	put(answers, taken);
	return keep(answers, g_steal_pointer(&key), taken, now);
}

void answers_forget(Answers *answers)
{
	g_hash_table_remove_all(answers->kept);
	answers->missed = FALSE;
}

gboolean answers_were_missed(const Answers *answers)
{
	return answers->missed;
}
