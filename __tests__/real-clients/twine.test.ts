import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findLeaks } from '../support/leaks.ts';
import { describeWithPython, pathOf } from '../support/python-clients.ts';
import { sharedStage } from '../support/shared-stage.ts';
import { BOTH_ACCOUNTS, type StagedJob, setStage } from '../support/stage.ts';
import { addWheel, nameUpload, uploadsAmong } from '../support/uploads.ts';

await describeWithPython('twine uploads', (clients) => {
  const stage = sharedStage(() => setStage());

  async function startJob(): Promise<StagedJob> {
    const job = await stage.startJob({ machine: { PATH: pathOf(clients) } });
    job.workspaceFile('keyringrc.cfg', BOTH_ACCOUNTS);
    return job;
  }

  /** The repositories that got a file, in order. */
  const uploads = (from: number) => uploadsAmong(stage.standIn.calls.slice(from)).map(nameUpload);

  test('to each of several repositories by name, and to publish-to by default', async () => {
    await using job = await startJob();
    const step = await job.action({ repositories: Object.values(stage.urls).join('\n'), 'publish-to': 'shared' });
    const files = await addWheel(job.workspace, '1.0.0');
    const from = stage.standIn.calls.length;
    const results = [];
    for (const words of [[], ['-r', 'team'], ['-r', 'research']]) {
      results.push(await job.run(['twine', 'upload', '--verbose', ...words, ...files]));
    }
    expect(results.map(({ outcome }) => outcome)).toEqual(['success', 'success', 'success']);
    expect(uploads(from)).toEqual(['acme shared 200', 'acme team 200', 'acme research 200']);
    expect(findLeaks(results.map(({ rawLog }) => rawLog).join(''), step.outputs['token'] ?? '')).toEqual([]);
  });

  test('a second time: twine shows the conflict', async () => {
    await using job = await startJob();
    await job.action({ repositories: stage.urls.team });
    const files = await addWheel(job.workspace, '2.0.0');
    await job.run(['twine', 'upload', ...files]);
    const again = await job.run(['twine', 'upload', ...files]);
    expect(again.outcome).toBe('failure');
    expect(again.log.join('\n')).toContain('409');
  });

  test('with several repositories and no publish-to, an upload without a name goes to none of them', async () => {
    await using job = await startJob();
    await job.action({ repositories: Object.values(stage.urls).join('\n') });
    const connects = stage.standIn.connects.length;
    const from = stage.standIn.calls.length;
    const upload = await job.run(['twine', 'upload', ...(await addWheel(job.workspace, '3.0.0'))]);
    expect(upload.outcome).toBe('failure');
    expect(upload.log.join('\n')).toContain('choose-one-with-publish-to');
    expect(stage.standIn.connects.slice(connects)).toEqual([]);
    expect(uploads(from)).toEqual([]);
  });

  test("the user's own index servers stay usable, and the built-in ones too", async () => {
    await using job = await startJob();
    job.homeFile(
      '.pypirc',
      `[distutils]\nindex-servers =\n    own\n[own]\nrepository = ${stage.urls.research}\nusername = aws\n` +
        'password = wrong\n',
    );
    await job.action({ repositories: stage.urls.team });
    const from = stage.standIn.calls.length;
    const files = await addWheel(job.workspace, '4.0.0');
    const own = await job.run(['twine', 'upload', '-r', 'own', ...files]);
    expect(own.log.join('\n')).toContain('401');
    expect(uploads(from)).toEqual(['acme research 401']);
    const ours = await job.run(['twine', 'upload', '-r', 'team', ...files]);
    expect(ours.outcome).toBe('success');
    await using fresh = await startJob();
    await fresh.action({ repositories: stage.urls.team });
    const config = await fresh.run([
      'python',
      '-c',
      'import twine.utils, os; print(sorted(twine.utils.get_config(os.path.expanduser("~/.pypirc"))))',
    ]);
    expect(config.stdout.trim()).toBe("['pypi', 'team', 'testpypi']");
  });

  test('after `aws codeartifact login` rewrote the file without its comments, post still takes ours out', async () => {
    await using job = await startJob();
    job.homeFile('.pypirc', '# mine\n[distutils]\nindex-servers = own\n[own]\nrepository = https://example.com/\n');
    await job.action({ repositories: `${stage.urls.team}\n${stage.urls.shared}` });
    const rewrite = [
      'import configparser, os',
      'path = os.path.expanduser("~/.pypirc")',
      'parser = configparser.RawConfigParser()',
      'parser.read(path)',
      'parser.set("distutils", "index-servers", parser.get("distutils", "index-servers") + "\\ncodeartifact")',
      'parser.add_section("codeartifact")',
      'parser.set("codeartifact", "repository", "https://other.example.com/")',
      'parser.write(open(path, "w"))',
    ];
    const rewritten = await job.run(['python', '-c', rewrite.join('\n')]);
    expect(rewritten.outcome).toBe('success');
    await job.finish();
    const left = await job.run(['cat', join(job.home, '.pypirc')]);
    expect(left.stdout).not.toContain('eyJ');
    const config = await job.run([
      'python',
      '-c',
      'import configparser, os; p = configparser.RawConfigParser(); p.read(os.path.expanduser("~/.pypirc")); ' +
        'print(p.sections(), p.get("distutils", "index-servers").split())',
    ]);
    expect(config.stdout.trim()).toBe("['distutils', 'own', 'codeartifact'] ['own', 'codeartifact']");
  });
});
