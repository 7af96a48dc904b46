/** The project that a first visit opens on: the welcome example, or a plain one where it cannot be had. */
import { newProject } from '#core/document/create.ts';
import type { OpenedProject, ProjectStore } from './project-store.ts';

export const WELCOME_EXAMPLE = 'examples/welcome.orator';

/** @param base where static files are served from, such as `/` */
export async function openSample(projects: ProjectStore, base: string): Promise<OpenedProject> {
  try {
    const response = await fetch(base + WELCOME_EXAMPLE);
    if (response.ok) return await projects.importFile(await response.blob());
  } catch (error) {
    // Offline on the first visit, or an example of another version: nobody should be kept from starting by that.
    console.warn('The welcome example could not be opened.', error);
  }
  const project = newProject({
    name: 'My first film',
    scenes: [['Hello! I say whatever you type here.', 'Change these words, then press play.']],
  });
  await projects.save(project);
  return { project, notes: [] };
}
