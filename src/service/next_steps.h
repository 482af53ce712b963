/* What comes of an approval by itself: for "on Tuesday it also goes to …". */
#ifndef SERVICE_NEXT_STEPS_H
#define SERVICE_NEXT_STEPS_H

#include "service/approval_case.h"

typedef struct {
	char *name;   /* who, other than that recipient and the approver, hears of it next; NULL: nobody does, or the directory does not say */
	gint64 at;    /* and when; INSTANT_NONE */
	gint64 again; /* when the recipient is reminded next, where it was opened for them; INSTANT_NONE: not any more, or that is not known */
} NextSteps;
void next_steps_clear(NextSteps *steps);

/* What the store says of it, read once: whom the rungs to come mean may have to be asked of the directory more than once. It holds as long as nothing is recorded of the approval. */
typedef struct Foresight Foresight;
Foresight *foresight_new(Session *session, const ApprovalCase *about, const char *recipient, GError **error);
void foresight_free(Foresight *foresight);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Foresight, foresight_free)

/* Of the same approval. Fills *steps, which the caller clears. */
void foresight_find(const Foresight *foresight, Session *session, const ApprovalCase *about, NextSteps *steps);

#endif
