/* A question on its way to its answer, round by round. */
#ifndef DIRECTORY_ERRAND_H
#define DIRECTORY_ERRAND_H

#include "directory/finder.h"
#include "directory/question.h"

typedef struct Errand Errand;

/* Asks the round for what the question needs first; the question may have ended already. All must outlive the errand, and the
 * errand the round. */
Errand *errand_new(const Finder *finder, Round *round, DirectoryQuestion *question);
void errand_free(Errand *errand);

/* After each run of the round, until the question has ended. */
void errand_go_on(Errand *errand);

#endif
