/* Everybody whom the settings and a policy name, looked for in the directory: what roll_call.c and the files beside it share. `akkoord check --online` is who asks. */
#ifndef CHECK_ROLL_CALL_H
#define CHECK_ROLL_CALL_H

#include "check/findings.h"
#include "check/in_use.h"
#include "check/inquiry.h"

/* What comes to a ladder. */
typedef struct {
	GHashTable *approvers; /* directory id -> Person: who would be asked; owns the people */
	GPtrArray *uses;       /* of InUse, borrowed: for which cost centres */
} LadderCall;

typedef struct {
	Session *session;
	const Policy *policy; /* NULL: it could not be read */
	const char *path, *policy_path;
	gint64 now;
	Inquiry *inquiry;
	PeopleSource source;
	GPtrArray *uses; /* of InUse */
	/* All that follows is of one round, and begun anew with each. */
	Findings *findings;
	GPtrArray *nowhere;  /* of char *: why a base of the settings cannot be searched, which was said */
	GHashTable *called;  /* of char *: the selectors as text */
	GHashTable *ladders; /* name -> LadderCall */
	gboolean away;       /* something is not known because the servers do not answer */
	gboolean wrong;      /* something is not known, and not for that reason; or nobody can be asked */
} RollCall;

/* Looks for everybody, in few rounds of questions, and adds what is found. `policy` may be NULL. *away, *wrong: as above. FALSE: the store cannot be read. */
gboolean roll_call_run(Session *session, const Policy *policy, const char *path, const char *policy_path, gint64 now, Problems *problems, gboolean *away,
                       gboolean *wrong, GError **error);

/* --- for these files alone --- */

/* The directory did not say, about a cost centre or person (NULL: about the place itself). */
void roll_unknown(RollCall *call, const FindingPlace *place, const char *found, const char *about, const GError *why);
/* The same where not asking them stops nothing but what is for them: an entry that is another server's is no more than worth knowing then. */
void roll_unreached(RollCall *call, const FindingPlace *place, const char *found, const char *about, const GError *why);
/* Each of the selectors that needs neither an invoice nor an approver; `told`: they are to be told something, so one who can be told is wanted. */
void roll_selectors(RollCall *call, const GPtrArray *selectors, const FindingPlace *place, gboolean told);
/* Whether a lookup is in it, or it is a list in which one has it. */
gboolean roll_has_lookup(const Selector *selector);
gboolean roll_have_lookup(const GPtrArray *selectors);
LadderCall *roll_ladder(RollCall *call, const char *name);

/* roll_server.c: whether the server is what the settings take it for, and its certificate. */
void roll_server(RollCall *call);
/* roll_stages.c: who would be asked, cost centre by cost centre. */
void roll_stages(RollCall *call);
/* roll_rungs.c: whom the rungs of each ladder speak to; after the stages. */
void roll_rungs(RollCall *call);
/* roll_people.c: what the directory has of those found; after all else. */
void roll_people(RollCall *call);

#endif
