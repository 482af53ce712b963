/* One small search more, and only for a batch that found nobody. */
#include "directory/visible.h"
#include "base/error.h"
#include "directory/connection.h"

/* The server said that there is none. A manager's name that is no DN was not even asked for. */
static gboolean says_nobody(const DirectoryQuestion *question)
{
	if (question->people == NULL || question->people->len > 0 || question->kind == QUESTION_SERVER)
		return FALSE;
	g_autofree char *key = question->kind == QUESTION_MANAGER ? connection_dn_key(question->argument) : NULL;
	return question->kind != QUESTION_MANAGER || key != NULL;
}

/* Somebody was asked for in vain, and nobody else was found, who would be the proof. */
static gboolean is_in_doubt(const GPtrArray *questions)
{
	gboolean in_vain = FALSE;

	for (guint i = 0; i < questions->len; i++) {
		const DirectoryQuestion *question = g_ptr_array_index(questions, i);
		if (question->people != NULL && question->people->len > 0)
			return FALSE;
		in_vain = in_vain || says_nobody(question);
	}
	return in_vain;
}

static void take_back(GPtrArray *questions, const GError *error)
{
	for (guint i = 0; i < questions->len; i++) {
		DirectoryQuestion *question = g_ptr_array_index(questions, i);
		if (!says_nobody(question))
			continue;
		g_clear_pointer(&question->people, g_ptr_array_unref);
		directory_question_fail(question, error);
	}
}

void visible_check(const Finder *finder, Round *round, GPtrArray *questions)
{
	g_autoptr(GError) error = NULL;

	if (!is_in_doubt(questions))
		return;
	const Search *anybody = finder_anybody(finder, round);
	round_run(round);
	/* One that the server will not answer (it may count candidates) says nothing either way. */
	if (anybody->error != NULL && anybody->is_refused)
		return;
	if (anybody->error != NULL)
		error = g_error_copy(anybody->error);
	else if (anybody->entries->len == 0)
		error_set(&error, ERROR_CONFIG, "not one person with %s is to be seen below %s: are directory.person.filter and directory.person.id right, and may our account read "
		          "them?", finder->settings->person_id, anybody->base);
	if (error != NULL)
		take_back(questions, error);
}
