/**
 * Thrown where GitHub's Worker, the process that runs a job, dies or never completes it: no later step of the job runs,
 * and no post. A job that meets it refuses whatever it is asked next.
 */
export class WorkerDeath extends Error {}
