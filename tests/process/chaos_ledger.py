"""What tasks wrote of themselves, compared with what the framework says of them. Pure: texts in, findings out.

Each attempt appends two lines to a file of its own, whose name is <job>.<index>.<attempt>:
    <job> <index> <attempt> start 0
    <job> <index> <attempt> end <exit code>
A finding is one broken rule, in words. The rules:
 1. An attempt starts once and ends once.
 2. Every attempt that started is known as finished, or as failed with the exit code as its reason; nothing else is.
 3. Attempts that were dropped or lost did not start: attempt numbers = failures + losses + the one that finished.
 4. Every instance ends as its command decides: `expected_codes` says how each attempt that runs ends.
"""
import collections

RETRIES = 1
FAILS_ONCE = (10, 7)  # instances with index % 10 == 7: the first try fails
FAILS = (50, 13)
FAILURE_CODE = 3


def expected_codes(index):
    """Exit codes of the attempts of an instance that come to run, in order."""
    if index % FAILS[0] == FAILS[1]:
        return [FAILURE_CODE] * (RETRIES + 1)
    if index % FAILS_ONCE[0] == FAILS_ONCE[1]:
        return [FAILURE_CODE, 0]
    return [0]


def command(folder):
    """The shell script of a task. Its n-th try knows that it is the n-th by the files of those before."""
    return (f'all={folder}/$FAIRLEAD_JOB_ID.$FAIRLEAD_TASK_INDEX; file=$all.$FAIRLEAD_ATTEMPT; i=$FAIRLEAD_TASK_INDEX; '
            'say() { echo "$FAIRLEAD_JOB_ID $i $FAIRLEAD_ATTEMPT $*" >>$file; }; say start 0; '
            'sleep 0.$((1 + (i * 7 + FAIRLEAD_ATTEMPT) % 9)); code=0; '
            f'[ $((i % {FAILS[0]})) = {FAILS[1]} ] && code={FAILURE_CODE}; '
            f'[ $((i % {FAILS_ONCE[0]})) = {FAILS_ONCE[1]} ] && [ "$(echo $all.*)" = $file ] && code={FAILURE_CODE}; '
            'say end $code; exit $code')


def parse(files):
    """`files`: name to text. {(job, index): {attempt: [(word, code)]}} and findings about lines."""
    written, findings = collections.defaultdict(dict), []
    for name, text in sorted(files.items()):
        job, index, attempt = name.rsplit(".", 2)
        lines = written[job, int(index)].setdefault(int(attempt), [])
        for line in text.splitlines():
            words = line.split(" ")
            if words[:3] != [job, index, attempt] or len(words) != 5 or not words[4].isdigit():
                findings.append(f"{name}: torn line {line!r}")
            else:
                lines.append((words[3], int(words[4])))
    return written, findings


def check_lines(name, attempt, lines):
    starts = [code for word, code in lines if word == "start"]
    ends = [code for word, code in lines if word == "end"]
    if len(starts) != 1:
        yield f"{name} attempt {attempt}: started {len(starts)} times"
    if len(ends) != 1:
        yield f"{name} attempt {attempt}: ended {len(ends)} times"


def check_instance(name, instance, attempts):
    """`instance`: as the framework's HTTP has it. `attempts`: of parse()."""
    for attempt, lines in sorted(attempts.items()):
        yield from check_lines(name, attempt, lines)
    is_finished = instance["phase"] == "finished"
    if not is_finished and instance["phase"] != "failed":
        yield f"{name}: is {instance['phase']} ({instance['state']}), not over"
        return
    if len(attempts) != instance["failures"] + is_finished:
        yield (f"{name}: {len(attempts)} attempts ran ({sorted(attempts)}), the framework knows {instance['failures']} "
               f"failed, {instance['losses']} dropped or lost, and {int(is_finished)} finished")
    if instance["attempt"] != instance["failures"] + instance["losses"] + is_finished:
        yield (f"{name}: attempt {instance['attempt']} is the last, but {instance['failures']} failed, "
               f"{instance['losses']} were dropped or lost, {int(is_finished)} finished")
    codes = [code for _, lines in sorted(attempts.items()) for word, code in lines if word == "end"]
    if codes != expected_codes(instance["index"]):
        yield f"{name}: exit codes {codes}, expected {expected_codes(instance['index'])}"
    if codes and (instance["exit_code"] != codes[-1] or not (is_finished or instance["reason"])):
        yield f"{name}: ended with {codes[-1]}, the framework says {instance['exit_code']} {instance['reason']!r}"


def compare(files, jobs):
    """Findings, none when all is well. `jobs`: id to instances."""
    written, findings = parse(files)
    for job, instances in sorted(jobs.items()):
        for instance in instances:
            attempts = written.pop((job, instance["index"]), {})
            findings += check_instance(f"{job}.{instance['index']}", instance, attempts)
    findings += [f"{job}.{index}: ran, and the framework knows nothing of it" for job, index in sorted(written)]
    return findings


def counts(files, jobs):
    """`launched` is what the tasks wrote, the others are what the framework says."""
    instances = [instance for job in jobs.values() for instance in job]
    return {"jobs": len(jobs), "tasks": len(instances), "launched": len(files),
            "finished": sum(instance["phase"] == "finished" for instance in instances),
            "failed": sum(instance["failures"] for instance in instances),
            "dropped": sum(instance["losses"] for instance in instances)}
