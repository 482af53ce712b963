/* What a check found, gathered: the same of many cost centres or people is said once, with all of them. */
#ifndef CHECK_FINDINGS_H
#define CHECK_FINDINGS_H

#include "config/problems.h"

typedef struct Findings Findings;

Findings *findings_new(void);
void findings_free(Findings *findings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Findings, findings_free)

/* Where something stands that is checked. Borrowed. */
typedef struct {
	const char *file;
	guint line;          /* 0: of the whole file */
	const char *setting; /* "chain it, stage controller" */
} FindingPlace;

/* `about`: of which cost centre or person that is so, added to those of whom it was said before; NULL: of the place itself. `text` is what is wanted, and why it is not so; in
 * it "%s" stands for whom it is about. It is no format. */
void findings_add(Findings *findings, gboolean is_error, const FindingPlace *place, const char *found, const char *text, const char *about);

/* All of them, in the order in which they were first said. */
void findings_report(const Findings *findings, Problems *problems);
guint findings_error_count(const Findings *findings);

#endif
