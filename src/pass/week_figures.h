/* The week's figures for one reader of the summary. */
#ifndef PASS_WEEK_FIGURES_H
#define PASS_WEEK_FIGURES_H

#include "session/session.h"

typedef struct {
	GArray *rows; /* of MailOpen */
	guint more;   /* that found no room */
} WeekList;

typedef struct {
	Session *session;
	const Policy *policy;
	const GHashTable *scope; /* of char *: of these administrations; "" = of all that is left, and of what belongs to none */
	const GHashTable *own;   /* of char *: the administrations that are left to nobody else */
	gint64 now;
	MailSummary summary; /* all but to whom it goes; what it points to is the rest's */
	GHashTable *late, *held, *unreminded, *tallies;
	WeekList stuck_list, late_list, never_list, rest_list;
	GArray *by, *lost;
	GPtrArray *rows, *names, *lists;
} WeekFigures;

/* Reads all that is open, and what was decided in the last seven days. Of whom nobody was reminded is what no mail or call reached, and none goes in this pass. FALSE: the store failed. */
gboolean week_figures_read(WeekFigures *figures, GError **error);
void week_figures_clear(WeekFigures *figures);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(WeekFigures, week_figures_clear)

/* Nothing is open, and nothing happened. */
gboolean week_figures_are_empty(const WeekFigures *figures);

#endif
