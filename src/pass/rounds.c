/* The rounds. */
#include "pass/rounds.h"

/* No line of dependence is so long; then the rest is asked one by one. */
#define ROUNDS_MOST 50

static gboolean do_round(Session *session, AnswersMode mode, RoundWork work, gpointer user_data, GError **error)
{
	const AnswersMode before = answers_set_mode(session_answers(session), mode);
	gboolean ok = work(user_data, error);
	answers_set_mode(session_answers(session), before);
	return ok;
}

gboolean rounds_run(Session *session, RoundWork work, RoundMeanwhile meanwhile, gpointer user_data, gint64 now, GError **error)
{
	Answers *answers = session_answers(session);
	for (guint round = 0;; round++) {
		if (!do_round(session, round < ROUNDS_MOST ? ANSWERS_GATHER : ANSWERS_USUAL, work, user_data, error))
			return FALSE;
		if (!answers_fetch_begin(answers))
			return TRUE;
		gboolean ok = !meanwhile || answers_fetch_wait(answers) || meanwhile(user_data, error);
		answers_fetch_end(answers, now);
		if (!ok)
			return FALSE;
	}
}
