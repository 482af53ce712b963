/* What a rung says by itself: when it comes, when it fires, whether it speaks to the approver, whether it acts. Pure. */
#ifndef DOMAIN_RUNG_H
#define DOMAIN_RUNG_H

#include "domain/reminder.h"

/* The unrolled instant of occurrence k; INSTANT_NONE where the anchor is absent or there is no such occurrence. */
gint64 rung_unrolled(const Rung *rung, const Calendar *calendar, const Anchors *anchors, guint occurrence);

/* When an instant fires for someone with that calendar. */
gint64 rung_fires(const Rung *rung, const Calendar *calendar, const GArray *slots, gint64 unrolled);

/* TRUE where `to` (else `cc`) holds `approver` itself: whoever is asked is spoken to in that role. */
gboolean rung_names_approver(const Rung *rung, RecipientRole *role);

/* TRUE where it names anybody beside `approver`: the directory has to be asked. */
gboolean rung_names_others(const Rung *rung);

/* TRUE where it adds somebody or hands the approval to another. */
gboolean rung_acts(const Rung *rung);

/* The rung of that name and its place in the ladder; NULL and G_MAXUINT where there is none. */
const Rung *ladder_rung(const Ladder *ladder, const char *name, guint *place);

#endif
