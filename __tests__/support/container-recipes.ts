import { beforeAll, describe } from '@jest/globals';
import { describeWithContainers, type Engine, type Image, makeEngine, makeImage } from './containers.ts';
import { freshFolder } from './fresh-folder.ts';
import { type AvailableClients, describeWithPython } from './python-clients.ts';
import { type RecipeJob, type RecipeStage, setRecipeStage } from './recipes.ts';
import { sharedStage } from './shared-stage.ts';
import { NO_CONTAINERS } from './test-unless.ts';

/** What the tests of recipes for containers work with. */
export interface ContainerRecipes {
  readonly clients: AvailableClients;
  /** As {@link sharedStage} gives it. */
  readonly stage: RecipeStage;
  /** `describe` for tests that need containers. */
  readonly describeBuilds: (name: string, body: () => void) => void;
  /** What every container starts from; there once the tests run. */
  image(): Image;
  /** A recipe's job that has `docker` on its PATH, with an engine and an image of its own. */
  startBuild(): Promise<RecipeJob & { readonly engine: Engine }>;
}

/** As {@link describeWithPython}, for recipes that start containers. Await it at the top of a test file. */
export async function describeContainerRecipes(name: string, body: (recipes: ContainerRecipes) => void): Promise<void> {
  const describeBuilds = NO_CONTAINERS === undefined ? await describeWithContainers() : describe;
  await describeWithPython(
    name,
    (clients) => {
      const stage = sharedStage(() => setRecipeStage(clients));
      let image: Image;
      beforeAll(async () => {
        image = await makeImage(clients, stage.standIn);
      });
      const startBuild = async () => {
        const engine = makeEngine(freshFolder(), image);
        return Object.assign(await stage.startRecipeJob(engine.bin), { engine });
      };
      body({ clients, stage, describeBuilds, image: () => image, startBuild });
    },
    'managers',
    NO_CONTAINERS,
  );
}
