/* What follows from what the directory says of a person who is asked (DESIGN.md 3, rule 6). Pure.
 *
 * Of its four answers "unknown" never changes anything, and "not found" only when a complete search said so twice, at least an hour apart. Looks are told apart by
 * when the server answered: an answer that is kept is no second look. */
#ifndef DOMAIN_SIGHTING_H
#define DOMAIN_SIGHTING_H

#include <glib.h>

/* The directory's answer about one person. */
typedef enum {
	ANSWER_USABLE,
	ANSWER_UNUSABLE, /* disabled, or without an address that takes mail */
	ANSWER_NOT_FOUND,
	ANSWER_UNKNOWN, /* it did not say, and no earlier answer serves any more */
} PersonAnswer;

#define SIGHTING_APART_S 3600

typedef enum {
	PRESENCE_FINE,
	PRESENCE_MISSING, /* not found once: goes on as before until a second look */
	PRESENCE_LOST,    /* gone, or unusable: may not be asked */
	PRESENCE_UNKNOWN, /* nothing may change, and nothing is sent on its strength */
} Presence;

typedef struct {
	Presence presence;
	gint64 missed; /* MISSING, and LOST after two looks: when they were not found first; else INSTANT_NONE */
	gint64 again;  /* MISSING: when a second look can count; else INSTANT_NONE */
} Sighting;

/* `as_of`: when the server said so, `now`: of the look. `missed`: when they were not found first, as the last look had it; INSTANT_NONE: they were there. Of an
 * instant that lies ahead of `now` (the clock went back) nothing is concluded: it starts over. */
Sighting sighting_judge(PersonAnswer answer, gint64 as_of, gint64 missed, gint64 now);

/* Stands behind the reply of a mail server that had taken the recipient, and refused what it was sent (mail/outcome.h). */
#define REFUSAL_OF_CONTENT " (in reply to DATA)"

/* Whether a mail server's reply to a recipient says that the address is no good: 5.1.x, 5.2.1, and, without an enhanced code (RFC 3463), 550, 551 or 553 but for what is
 * refused only then. A full mailbox, a message that is too large, or a sender that is no good (5.1.7, 5.1.8) says nothing about the address. NULL: no. */
gboolean sighting_refusal_counts(const char *reply);

/* For so long a refused address is not tried again: a mailbox may be mended where the directory stays as it is. */
#define REFUSAL_LASTS_S (7 * 86400)

/* The guard: whether so many of the open approvals may not change hands at once. `percent`: mass_change. */
#define MASS_CHANGE_LEAST 10
gboolean mass_change_is_held(gint64 count, gint64 open, guint percent);

#endif
