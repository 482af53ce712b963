/* What can be said of a policy that is well-formed: findings that finance should see before it is live. */
#ifndef CONFIG_POLICY_CHECK_H
#define CONFIG_POLICY_CHECK_H

#include "base/instant.h"
#include "config/problems.h"
#include "config/settings.h"
#include "domain/policy.h"

/* Warnings: calendars without holidays for this year or the next, calendars that nobody has, a country in two of them; ladders
 * that nothing uses, that send nothing or that end; chains that can never match (those above take everything that would), and amounts left out or taken twice between
 * chains that differ in nothing else; a first stage whose rejection goes back; stages that need more people than they can ask; times that go by a payment where there
 * are no payment runs. Each finding that is sure; nothing is guessed. */
void policy_check_warnings(const Policy *policy, Date today, Problems *problems, const char *origin);

/* Errors where the policy and akkoord.conf do not fit: a lookup that is not defined there, mail() to Akkoord's own address, an authority required where no
 * attribute holds it, a channel that calls another host than it names. Warnings: currencies of conditions that have no rate; a
 * channel that it does not name. */
void policy_check_settings(const Policy *policy, const Settings *settings, Problems *problems, const char *origin);

/* Likewise for one selector, such as a role's; `setting` names where it stands. */
void selector_check_settings(const Selector *selector, const Settings *settings, Problems *problems, const char *origin,
                             guint line, const char *setting);

#endif
